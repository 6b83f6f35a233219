from __future__ import annotations

import re
from collections import Counter
from html.parser import HTMLParser
from xml.etree import ElementTree

from hypothesis import given, settings

from chainrule.showing.html import fragment, html_id, style, to_html
from chainrule.showing.mathml import Pieces, formula_mathml, pieces_mathml
from chainrule.showing.parts import Definitions, Document, Equation, Item, Line
from chainrule.working.notation import Formula, Number, Symbol
from showing.formulas_strategy import HOSTILE_TEXT, formulas, hostile_document, texts
from showing.goldens import check_golden, example_documents
from showing.sample import SAMPLE

CORE = frozenset("math mi mn mo mrow mtext mfrac msup msub msqrt mtable mtr mtd".split())  # noqa: SIM905
TWO = frozenset(("mfrac", "msup", "msub"))
VOID = frozenset(("meta", "wbr"))


class Reader(HTMLParser):
    """What a page is made of: its tags, whether they close in order, its ids and links."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.attributes: list[tuple[str, str | None]] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.attributes += attrs
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data

    def named(self, name: str) -> list[str]:
        return [value or "" for key, value in self.attributes if key == name]


def check_math(source: str) -> None:
    root = ElementTree.fromstring(source)  # noqa: S314
    for element in root.iter():
        assert element.tag in CORE, element.tag
        if element.tag in TWO:
            assert len(element) == 2, source
        if element.tag in ("mi", "mn", "mo", "mtext"):
            assert not len(element)


def flat(pieces: Pieces) -> list[str]:
    return [pieces] if isinstance(pieces, str) else [one for piece in pieces for one in flat(piece)]


def letters(source: str) -> str:
    """What is written in a formula, without its brackets and blanks."""
    return re.sub(r"[\s()]", "", "".join(ElementTree.fromstring(source).itertext()))  # noqa: S314


def test_the_sample_is_as_it_was() -> None:
    check_golden("sample.html", to_html(SAMPLE))


@settings(deadline=None)
@given(formulas)
def test_a_formula_is_well_formed_core(formula: Formula) -> None:
    check_math(formula_mathml(formula))


@settings(deadline=None)
@given(formulas)
def test_the_pieces_of_a_formula_hold_all_of_it(formula: Formula) -> None:
    pieces = flat(pieces_mathml(formula))
    for piece in pieces:
        check_math(piece)
    assert "".join(map(letters, pieces)) == letters(formula_mathml(formula))


def test_hostile_text_makes_no_element() -> None:
    page = to_html(hostile_document(HOSTILE_TEXT))
    read = Reader(page)
    assert not read.open
    assert not {"script", "img", "iframe", "link"} & set(read.tags)
    assert "<script>" in read.text
    plain = Reader(to_html(hostile_document("x" * len(HOSTILE_TEXT))))
    assert read.tags == plain.tags
    assert not [key for key, _ in read.attributes if key.startswith("on")]
    assert "\x00" not in page


def test_every_formula_of_a_page_is_well_formed() -> None:
    for document in (SAMPLE, hostile_document(HOSTILE_TEXT), *example_documents().values()):
        for found in re.findall(r"<math.*?</math>", to_html(document), re.DOTALL):
            check_math(found)


def test_ids_are_unique_and_every_link_arrives() -> None:
    for document in (SAMPLE, hostile_document(HOSTILE_TEXT), *example_documents().values()):
        read = Reader(to_html(document))
        ids = read.named("id")
        assert len(ids) == len(set(ids))
        assert {link.removeprefix("#") for link in read.named("href")} <= set(ids)
        assert not read.open


def test_parts_and_lines_keep_their_ids() -> None:
    ids = Reader(to_html(SAMPLE)).named("id")
    assert {"backward", "backward/w5", "backward/w5/1", "backward/w5/3", "check/table"} <= set(ids)


def test_a_part_goes_before_a_line_of_the_same_id() -> None:
    lines = (Line(Number("1")), Line(Number("2")))
    document = Document("", tuple(Equation(part, Symbol("x"), lines) for part in ("x", "x/2")))
    page = to_html(document)
    assert re.search(r'class="equation short" id="x/2"', page)
    assert 'id="x/2/line"' in page


@settings(deadline=None)
@given(texts, texts)
def test_ids_stay_apart(one: str, other: str) -> None:
    assert (html_id(one) == html_id(other)) == (one == other)
    assert re.fullmatch(r"[\w./~-]+", html_id(one), re.ASCII)


def test_a_page_needs_nothing_but_itself() -> None:
    read = Reader(to_html(SAMPLE))
    assert not {"script", "link", "img"} & set(read.tags)
    assert not read.named("src")
    assert "url(" not in style()
    assert "@import" not in style()


def test_a_fragment_keeps_to_its_class_and_its_ids() -> None:
    shown = fragment(SAMPLE)
    assert "<html" not in shown
    assert "<body" not in shown
    assert all(re.match(r"c[0-9a-f]{8}/", i) for i in Reader(shown).named("id"))
    other = fragment(Document("other", SAMPLE.blocks))
    assert not set(Reader(shown).named("id")) & set(Reader(other).named("id"))


def test_every_rule_of_the_style_is_scoped() -> None:
    bare = re.sub(r"/\*.*?\*/|@[a-z]+[^{]*\{", "", style(), flags=re.DOTALL)
    selectors = [s.strip() for group in re.findall(r"([^{}]+)\{", bare) for s in group.split(",")]
    assert selectors
    assert all(s.startswith((".chainrule", "body.chainrule-page")) for s in selectors), selectors


def test_a_term_stands_beside_what_is_said_of_it() -> None:
    items = Definitions((Item("check/claims/1", ("dW",), (("wrong",), ("write another",))),))
    beside = '<dl>\n<div id="check/claims/1"><dt>dW</dt><dd><p>wrong</p><p>write another</p></dd></div>\n</dl>'
    assert beside in to_html(Document("", (items,)))
