"""Tables as rows of text: columns as wide as they need, the widest wrapped where the whole is too wide."""

from __future__ import annotations

from itertools import zip_longest
from typing import Final

from chainrule.showing.inline_text import columns, inline_text
from chainrule.showing.parts import Inline, Table
from chainrule.showing.spans import Span, TextRow, padded, wrapped

GAP: Final = "  "
LEAST_COLUMN: Final = 10


def table_rows(table: Table, width: int) -> list[TextRow]:
    """The header, a rule, and the rows; a header of empty cells is left out."""
    has_header = any(inline_text(cell).strip() for cell in table.header)
    widths = _widths(table, width, has_header=has_header)
    rows: list[TextRow] = []
    if has_header:
        header = _laid_out(table.header, widths, table.aligned)
        rows += [tuple(Span(s.text, s.tone, strong=True, code=s.code) for s in row) for row in header]
        rows.append((Span(GAP.join("─" * w for w in widths), "quiet"),))
    for cells in table.rows:
        rows += _laid_out(cells, widths, table.aligned)
    return rows


def _widths(table: Table, width: int, *, has_header: bool) -> list[int]:
    """The natural widths, the widest column narrowed until the table fits."""
    shown = [*((table.header,) if has_header else ()), *table.rows]
    count = max((len(row) for row in shown), default=0)
    widths = [max((columns(inline_text(row[i])) for row in shown if i < len(row)), default=0) for i in range(count)]
    excess = sum(widths) + len(GAP) * (count - 1) - width
    while excess > 0 and max(widths) > LEAST_COLUMN:
        widest = max(range(count), key=widths.__getitem__)
        second = max((w for i, w in enumerate(widths) if i != widest), default=0)
        cut = min(excess, widths[widest] - max(LEAST_COLUMN, min(second, widths[widest] - 1)))
        widths[widest] -= cut
        excess -= cut
    return widths


def _laid_out(cells: tuple[tuple[Inline, ...], ...], widths: list[int], aligned: str) -> list[TextRow]:
    columns_of_rows = [wrapped(cell, w) for cell, w in zip(cells, widths, strict=False)]
    rows: list[TextRow] = []
    for parts in zip_longest(*columns_of_rows, fillvalue=()):
        row: list[Span] = []
        for i, part in enumerate(parts):
            right = aligned[i : i + 1] == "r"
            row += [*padded(part, widths[i], right=right), Span(GAP)]
        rows.append(tuple(row))
    return rows
