"""The document as HTML: a page that needs nothing but itself, or the part of one that a notebook shows.

Every part keeps its id as an HTML id, and every line of an equation has one as well ("backward/w5/1"), so that both can be
linked to. Text reaches the page through `html.escape` alone.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from html import escape
from importlib.resources import files
from typing import Final, assert_never

from chainrule.showing.inline_text import inline_text
from chainrule.showing.mathml import Pieces, formula_mathml, pieces_mathml, relation_mathml
from chainrule.showing.parts import (
    Block,
    Code,
    Definitions,
    Document,
    Emphasis,
    Equation,
    Inline,
    Line,
    Listing,
    Notice,
    Paragraph,
    Section,
    Table,
    Tone,
)
from chainrule.showing.typeset import width

DEEPEST: Final = 6
WIDEST_LEFT: Final = 22.0
"""Left sides wider than this stand above their lines."""

SHORTEST_LEFT: Final = 8.0
"""Left sides no wider than this stay beside their lines on a narrow page as well."""

SIGNS: Final[dict[Tone, str]] = {"good": "✓", "bad": "✗", "doubt": "!", "plain": "·", "quiet": "·"}
UNSAFE: Final = re.compile(r"[^A-Za-z0-9_./-]")
UNPRINTABLE: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


class Addresses:
    """The HTML ids of one page: each part gets one of its own, the same in every run."""

    def __init__(self, prefix: str, parts: Iterable[str]) -> None:
        self._prefix = prefix
        self._parts = frozenset(parts)
        self._taken: dict[str, int] = {}

    def of_part(self, part: str) -> str:
        """The attribute with the id of a part; nothing for a part without one."""
        return f' id="{self._free(part)}"' if part else ""

    def of_line(self, part: str, number: int) -> str:
        """The attribute with the id of a line; a part of that very id goes before it."""
        line = f"{part}/{number}"
        return f' id="{self._free(line + "/line" if line in self._parts else line)}"' if part else ""

    def _free(self, part: str) -> str:
        count = self._taken[part] = self._taken.get(part, 0) + 1
        return self._prefix + html_id(part) + (f"~~{count}" if count > 1 else "")


def to_html(document: Document) -> str:
    """The document as a whole page."""
    title = _text(document.title)
    return (
        "<!DOCTYPE html>\n"
        '<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{title}</title>\n<style>\n{style()}</style>\n</head>\n"
        f'<body class="chainrule-page">\n{_body(document, "", "main")}</body>\n</html>\n'
    )


def fragment(document: Document) -> str:
    """The document within a page of somebody else's; its ids carry a prefix of their own."""
    digest = hashlib.sha256(repr(document).encode("utf-8", "replace")).hexdigest()[:8]
    return f"<style>\n{style()}</style>\n{_body(document, f'c{digest}/', 'div')}"


@cache
def style() -> str:
    """The style sheet; all its rules stay within the class `chainrule`."""
    return files("chainrule.showing").joinpath("style.css").read_text(encoding="utf-8")


def html_id(part: str) -> str:
    """An id without blanks or quotes; parts that differ keep ids that differ."""
    return UNSAFE.sub(lambda found: f"~{ord(found[0]):x}~", part)


def _text(text: str) -> str:
    return escape(UNPRINTABLE.sub("\ufffd", text))


def _body(document: Document, prefix: str, element: str) -> str:
    addresses = Addresses(prefix, _ids(document.blocks))
    sections = [block for block in document.blocks if isinstance(block, Section)]
    lines = [f'<{element} class="chainrule">']
    if document.title:
        lines.append(f"<header><h1>{_text(document.title)}</h1></header>")
    if len(sections) > 1:
        links = "".join(
            f'<li><a href="#{prefix}{html_id(section.id)}">{_text(section.title)}</a></li>'
            for section in sections
            if section.id
        )
        lines.append(f'<nav aria-label="Contents"><ol>{links}</ol></nav>')
    lines += _blocks(document.blocks, 2, addresses)
    return "\n".join((*lines, f"</{element}>", ""))


def _ids(blocks: Iterable[Block]) -> Iterator[str]:
    for block in blocks:
        match block:
            case Section(id, _, inner):
                yield id
                yield from _ids(inner)
            case Equation(id) | Paragraph(id=id) | Table(id=id):
                yield id
            case Definitions(items):
                yield from (item.id for item in items)
            case Listing() | Notice():
                continue
            case _:
                assert_never(block)


def _blocks(blocks: Iterable[Block], level: int, addresses: Addresses) -> Iterator[str]:
    for block in blocks:
        yield from _block(block, level, addresses)


def _block(block: Block, level: int, addresses: Addresses) -> Iterator[str]:
    match block:
        case Section(id, title, blocks):
            depth = min(level, DEEPEST)
            yield f"<section{addresses.of_part(id)}>"
            yield f"<h{depth}>{_text(title)}</h{depth}>"
            yield from _blocks(blocks, level + 1, addresses)
            yield "</section>"
        case Equation():
            yield from _equation(block, addresses)
        case Paragraph(content, id):
            yield f"<p{addresses.of_part(id)}>{_inline(content)}</p>"
        case Definitions(items):
            yield "<dl>"
            for item in items:
                said = "".join(f"<p>{_inline(p)}</p>" for p in item.paragraphs)
                yield f"<div{addresses.of_part(item.id)}><dt>{_inline(item.term)}</dt><dd>{said}</dd></div>"
            yield "</dl>"
        case Table():
            yield from _table(block, addresses)
        case Listing(text, language):
            yield f'<pre class="scroll" tabindex="0"><code class="language-{_text(language)}">{_text(text.rstrip())}</code></pre>'
        case Notice(content, tone):
            yield f'<p class="notice {tone}" role="note"><span class="sign">{SIGNS[tone]}</span> {_inline(content)}</p>'
        case _:
            assert_never(block)


def _equation(equation: Equation, addresses: Addresses) -> Iterator[str]:
    kinds = ["equation"]
    if any(line.beside for line in equation.lines):
        kinds.append("noted")
    if width(equation.left) > WIDEST_LEFT:
        kinds.append("wide")
    elif width(equation.left) <= SHORTEST_LEFT:
        kinds.append("short")
    yield f'<div class="{" ".join(kinds)}"{addresses.of_part(equation.id)}>'
    left = f'<span class="left">{formula_mathml(equation.left, display=True)}</span>'
    if not equation.lines:
        yield f'<div class="line">{left}</div>'
    for i, line in enumerate(equation.lines):
        yield f'<div class="line"{addresses.of_line(equation.id, i + 1)}>{"" if i else left}{_line(line)}</div>'
    yield "</div>"


def _line(line: Line) -> str:
    pieces = pieces_mathml(line.formula)
    formula = pieces if isinstance(pieces, str) else "<wbr>".join(map(_term, pieces))
    said = f'<span class="beside">{_inline(line.beside).strip()}</span>' if line.beside else ""
    return f'<span class="relation">{relation_mathml(line.relation)}</span><span class="formula">{formula}</span>{said}'


def _term(pieces: Pieces) -> str:
    """A term of a long formula: the line breaks between terms, and within one only where it is too long by itself."""
    return pieces if isinstance(pieces, str) else f'<span class="term">{"<wbr>".join(map(_term, pieces))}</span>'


def _table(table: Table, addresses: Addresses) -> Iterator[str]:
    yield f'<div class="scroll" tabindex="0"{addresses.of_part(table.id)}><table>'
    if any(inline_text(cell).strip() for cell in table.header):
        yield f"<thead><tr>{''.join(_cells(table.header, table.aligned, 'th'))}</tr></thead>"
    yield "<tbody>"
    for row in table.rows:
        yield f"<tr>{''.join(_cells(row, table.aligned, 'td'))}</tr>"
    yield "</tbody></table></div>"


def _cells(cells: Sequence[tuple[Inline, ...]], aligned: str, element: str) -> Iterator[str]:
    scope = ' scope="col"' if element == "th" else ""
    for i, cell in enumerate(cells):
        right = ' class="right"' if aligned[i : i + 1] == "r" else ""
        yield f"<{element}{scope}{right}>{_inline(cell)}</{element}>"


def _inline(content: Iterable[Inline]) -> str:
    return "".join(_piece(part) for part in content)


def _piece(part: Inline) -> str:
    match part:
        case str():
            return _text(part)
        case Code(text):
            return f"<code>{_text(text)}</code>"
        case Emphasis(text, tone):
            return (
                f'<span class="quiet">{_text(text)}</span>'
                if tone == "quiet"
                else f'<strong class="{tone}">{_text(text)}</strong>'
            )
        case formula:
            return formula_mathml(formula)
