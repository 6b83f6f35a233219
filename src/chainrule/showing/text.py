"""The document as plain unicode text, for a terminal: titles flush left, equations aligned, notes in a column beside."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, assert_never

from chainrule.showing.inline_text import columns
from chainrule.showing.parts import (
    Block,
    Definitions,
    Document,
    Equation,
    Listing,
    Notice,
    Paragraph,
    Section,
    Table,
    Tone,
)
from chainrule.showing.spans import Span, TextRow, breadth, padded, spans, wrapped
from chainrule.showing.text_equations import equation_rows, note_column
from chainrule.showing.text_tables import table_rows

INDENT: Final = 2
NARROWEST: Final = 24
WIDEST_TERM: Final = 20
SIGNS: Final[dict[Tone, str]] = {"good": "✓", "bad": "✗", "doubt": "!", "plain": "·", "quiet": "·"}
STYLES: Final[dict[Tone, str]] = {"good": "green", "bad": "red", "doubt": "yellow", "plain": "", "quiet": "dim"}


def to_text(document: Document, *, width: int = 100, colour: bool = False) -> str:
    """The document on lines of at most `width` columns where that is possible; `colour` adds terminal escape codes."""
    rows: list[TextRow] = [*wrapped((document.title,), max(width, NARROWEST)), ()] if document.title else []
    rows += _blocks(document.blocks, 0, width)
    while rows and not rows[-1]:
        rows.pop()
    return _coloured(rows) if colour else "".join(_plain(row) + "\n" for row in rows)


def _plain(row: TextRow) -> str:
    return "".join(span.text for span in row).rstrip()


def _coloured(rows: Sequence[TextRow]) -> str:
    from io import StringIO

    from rich.console import Console
    from rich.text import Text

    written = StringIO()
    console = Console(file=written, force_terminal=True, color_system="standard", highlight=False, markup=False, emoji=False)
    for row in rows:
        line = Text()
        for span in row:
            styles = (STYLES[span.tone], "bold" if span.strong else "", "cyan" if span.code else "")
            line.append(span.text, style=" ".join(filter(None, styles)))
        line.rstrip()
        console.print(line, soft_wrap=True)
    return written.getvalue()


def _blocks(blocks: Sequence[Block], indent: int, width: int) -> Iterator[TextRow]:
    """The rows of blocks one under the other, with a blank line where their kinds ask for one."""
    column = note_column([b for b in blocks if isinstance(b, Equation)], width - indent)
    before: Block | None = None
    for block in blocks:
        if before is not None and _apart(before, block):
            yield ()
        margin = Span(" " * indent)
        for row in _block(block, indent, max(width - indent, NARROWEST), column):
            yield (margin, *row) if row and indent else row
        before = block


def _apart(before: Block, after: Block) -> bool:
    """Whether a blank line stands between two blocks: equations, short remarks and notices keep together."""
    match before, after:
        case (Equation() | Paragraph(), Equation() | Paragraph()) | (Notice(), Notice()):
            return False
        case _:
            return True


def _block(block: Block, indent: int, width: int, column: int) -> Iterator[TextRow]:
    match block:
        case Section(_, title, blocks):
            shown = title if indent else title.upper()
            for row in wrapped((shown,), width):
                yield tuple(Span(s.text, strong=True) for s in row)
            yield from _blocks(blocks, INDENT, width)
        case Equation():
            yield from equation_rows(block, width, column)
        case Paragraph(content):
            yield from wrapped(content, width)
        case Definitions():
            yield from _definitions(block, width)
        case Table():
            yield from table_rows(block, width)
        case Listing(text):
            for line in text.expandtabs(4).splitlines():
                yield (Span("    " + line, code=True),)
        case Notice(content, tone):
            sign = SIGNS[tone]
            for i, row in enumerate(wrapped(content, width - INDENT)):
                yield (*padded((Span("" if i else sign, tone, strong=True),), columns(sign) + 1), *row)
        case _:
            assert_never(block)


def _definitions(block: Definitions, width: int) -> Iterator[TextRow]:
    """Each term with its paragraphs in a column beside it; a long term has a line to itself."""
    terms = [spans(item.term) for item in block.items]
    column = max((breadth(t) for t in terms if breadth(t) <= WIDEST_TERM), default=INDENT) + INDENT
    for term, item in zip(terms, block.items, strict=True):
        said = [row for paragraph in item.paragraphs for row in wrapped(paragraph, max(width - column, NARROWEST))]
        if breadth(term) + INDENT > column or not said:
            yield term
        else:
            yield (*padded(term, column), *said.pop(0))
        for row in said:
            yield (Span(" " * column), *row)
