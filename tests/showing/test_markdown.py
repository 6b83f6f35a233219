from __future__ import annotations

import re

from hypothesis import given, settings
from markdown_it import MarkdownIt
from markdown_it.token import Token

from chainrule.showing.markdown import blocks_markdown, code_markdown, to_markdown
from chainrule.showing.parts import Code, Document, Listing, Paragraph, Table
from chainrule.working.notation import Infix, Number, Symbol
from showing.formulas_strategy import HOSTILE_TEXT, hostile_document, texts
from showing.goldens import check_golden
from showing.sample import SAMPLE

READER = MarkdownIt("commonmark").enable("table")


def read(source: str) -> list[Token]:
    """Everything that a reader of Markdown finds, flat."""
    return [found for token in READER.parse(source) for found in (token, *(token.children or ()))]


def test_the_sample_is_as_it_was() -> None:
    check_golden("sample.md", to_markdown(SAMPLE))
    check_golden("sample_github.md", to_markdown(SAMPLE, math="github"))


@settings(deadline=None)
@given(texts)
def test_prose_is_read_as_it_was_said(text: str) -> None:
    tokens = READER.parse(to_markdown(Document("", (Paragraph((text, " end")),))))
    assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]
    children = tokens[1].children or []
    assert {child.type for child in children} <= {"text", "text_special"}
    plain = "".join(letter if letter.isprintable() else " " for letter in text)
    assert "".join(child.content for child in children).split() == f"{plain} end".split()


@settings(deadline=None)
@given(texts)
def test_code_is_read_as_it_was_written(text: str) -> None:
    children = READER.parse(f"x {code_markdown(text)} x")[1].children or []
    plain = "".join(letter if letter.isprintable() else " " for letter in text)
    assert next(child.content for child in children if child.type == "code_inline").strip(" ") == plain.strip(" ")


def test_hostile_text_makes_no_markup() -> None:
    document = hostile_document(HOSTILE_TEXT)
    without_mathematics = re.sub(r"^\$\$\n.*?\n\$\$$", "", to_markdown(document), flags=re.DOTALL | re.MULTILINE)
    for source in (without_mathematics, to_markdown(document, math="github")):
        assert not [t for t in read(source) if t.type in ("html_inline", "html_block", "link_open", "image")]


def test_a_table_keeps_its_columns() -> None:
    table = Table((("a",), ("b",)), (((Code("x|y"),), ("p|q \\",)), (("",), (Symbol("a|b"),))), "lr")
    tokens = read("\n".join(blocks_markdown((table,), 2)))
    assert sum(t.type == "td_open" for t in tokens) == 4
    assert [t.content for t in tokens if t.type == "code_inline"] == ["x|y"]


def test_a_fence_is_longer_than_what_it_holds() -> None:
    tokens = READER.parse("\n".join(blocks_markdown((Listing("a = '''\n````\n'''"),), 2)))
    assert [(t.type, t.content) for t in tokens] == [("fence", "a = '''\n````\n'''\n")]


def test_a_dollar_never_touches_a_letter_or_another_dollar() -> None:
    formula = Infix("=", (Symbol("x"), Number("1")))
    written = to_markdown(Document("", (Paragraph(("at", formula, "or", formula, formula, ", that is all")),)))
    assert written == "at $x = 1$ or $x = 1$ $x = 1$, that is all\n"


def test_in_a_sentence_nothing_that_markdown_takes_out_of_a_formula_is_a_formula() -> None:
    written = to_markdown(Document("", (Paragraph(("it takes ", Symbol("node_3", 1), " for ", Symbol("b", 2))),)))
    assert written == "it takes `node_3₁` for $b_{2}$\n"


def test_github_gets_its_own_marks() -> None:
    written = to_markdown(SAMPLE, math="github")
    assert "$$" not in written
    assert written.count("```math") == len(re.findall(r"\\begin\{aligned\}", written))
