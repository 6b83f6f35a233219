"""Plain text for a terminal or a pipe: equations aligned at their relation, reasons in a column beside them."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence

from chainrule.showing.parts import (
    Block,
    Code,
    Document,
    Emphasis,
    Equation,
    Inline,
    Listing,
    Notice,
    Paragraph,
    Section,
    Table,
    Tone,
)
from chainrule.working.notation import Matrix
from chainrule.working.one_line import formula_text

COLOURS: dict[Tone, str] = {"plain": "bold", "good": "green", "bad": "bold red", "doubt": "yellow", "quiet": "dim"}
BREAKS = (" + ", " − ", " · ", " ⊙ ", " @ ", ", ")


def to_text(document: Document, *, width: int = 100, colour: bool = False) -> str:
    """The whole document; `colour` writes ANSI colours for the tones."""
    writer = _Writer(width, colour)
    lines = [writer.strong(document.title)]
    for block in document.blocks:
        lines += writer.block(block, 0)
    return "\n".join(line.rstrip() for line in lines) + "\n"


class _Writer:
    def __init__(self, width: int, colour: bool) -> None:
        self.width = width
        self.colour = colour

    def strong(self, text: str) -> str:
        return self.paint(text, "plain")

    def paint(self, text: str, tone: Tone) -> str:
        if not self.colour or not text:
            return text
        from rich.console import Console
        from rich.text import Text

        console = Console(force_terminal=True, color_system="standard", width=10_000)
        with console.capture() as capture:
            console.print(Text(text, style=COLOURS[tone]), end="")
        return capture.get()

    # ------------------------------------------------------------------------------------ blocks

    def block(self, block: Block, level: int) -> list[str]:
        match block:
            case Section(_, title, blocks):
                heading = title.upper() if level == 0 else title
                return ["", self.strong(heading), *(line for b in blocks for line in self.block(b, level + 1))]
            case Equation():
                return self.equation(block)
            case Paragraph(content):
                return self.wrapped(content, "  ")
            case Table():
                return self.table(block)
            case Listing(text):
                return ["", *(f"    {line}" for line in text.splitlines()), ""]
            case Notice(content, tone):
                mark = self.paint("note: ", tone)
                return self.wrapped((mark, *content), "  ", hang="        ")

    def wrapped(self, content: Iterable[Inline], indent: str, hang: str | None = None) -> list[str]:
        text = self.inline(content)
        if self.colour and "\x1b" in text:
            return [indent + text]
        return textwrap.wrap(text, self.width, initial_indent=indent, subsequent_indent=hang or indent, break_long_words=False,
                             break_on_hyphens=False) or [""]  # fmt: skip

    def inline(self, content: Iterable[Inline]) -> str:
        return "".join(self.piece(c) for c in content)

    def piece(self, content: Inline) -> str:
        match content:
            case str():
                return content
            case Code(text):
                return f"`{text}`"
            case Emphasis(text, tone):
                return self.paint(text, tone)
            case _:
                return formula_text(content)

    # ------------------------------------------------------------------------------------ equations

    def equation(self, equation: Equation) -> list[str]:
        left = "  " + formula_text(equation.left)
        indent = len(left) + 1
        result: list[str] = []
        for i, line in enumerate(equation.lines):
            lead = f"{left} {line.relation} " if i == 0 else " " * indent + f"{line.relation} "
            text = [lead + t if j == 0 else " " * (indent + 2) + t for j, t in enumerate(self.formula_lines(line.formula, indent + 2))]
            beside = self.inline(line.beside)
            if beside:
                text = self.put_beside(text, beside)
            result += text
        return result

    def formula_lines(self, formula: object, indent: int) -> list[str]:
        """A matrix over several lines; anything else on one, broken before an operator where it is too long."""
        if isinstance(formula, Matrix) and len(formula.shape) == 2 and len(formula.rows) > 1:
            return _aligned(formula)
        text = formula_text(formula)  # type: ignore[arg-type]
        room = max(self.width - indent, 40)
        lines: list[str] = []
        while len(text) > room:
            at = max((text.rfind(b, 20, room) for b in BREAKS), default=-1)
            if at < 0:
                break
            lines.append(text[:at].rstrip() + ("," if text[at] == "," else ""))
            text = "  " + text[at:].lstrip(", ")
        return [*lines, text]

    def put_beside(self, lines: list[str], beside: str) -> list[str]:
        last = lines[-1]
        column = max(len(last) + 4, 48)
        if column + len(beside) <= self.width or self.colour:
            return [*lines[:-1], last.ljust(column) + beside]
        if len(last) + 4 + len(beside) <= self.width:
            return [*lines[:-1], last + "    " + beside]
        return [*lines, *textwrap.wrap(beside, self.width, initial_indent=" " * 8, subsequent_indent=" " * 8, break_long_words=False)]

    # ------------------------------------------------------------------------------------ tables

    def table(self, table: Table) -> list[str]:
        rows = [[self.inline(cell) for cell in row] for row in (table.header, *table.rows)]
        widths = [max(len(r[c]) for r in rows) for c in range(len(table.header))]
        last = len(widths) - 1
        room = self.width - 2 - sum(widths[:-1]) - 3 * last
        if room < min(widths[last], 30) and last > 0:
            widest = max(range(last + 1), key=lambda c: widths[c])
            widths[widest] = max(20, widths[widest] - (sum(widths) + 3 * last + 2 - self.width))
        result: list[str] = []
        for r, row in enumerate(rows):
            result += self.row(row, widths, table.aligned)
            if r == 0:
                result.append("  " + "─" * min(self.width - 2, sum(widths) + 3 * last))
        return ["", *result, ""]

    def row(self, cells: Sequence[str], widths: Sequence[int], aligned: str) -> list[str]:
        folded = [textwrap.wrap(c, w, break_long_words=False, break_on_hyphens=False) or [""] if not self.colour else [c] for c, w in zip(cells, widths, strict=True)]
        height = max(map(len, folded))
        lines = []
        for i in range(height):
            parts = [(f[i] if i < len(f) else "") for f in folded]
            lines.append("  " + "   ".join(p.rjust(w) if a == "r" else p.ljust(w) for p, w, a in zip(parts, widths, aligned, strict=True)))
        return lines


def _aligned(matrix: Matrix) -> list[str]:
    """Rows under each other, columns aligned to the right."""
    cells = [[formula_text(c) for c in row] for row in matrix.rows]
    widths = [max(len(row[c]) for row in cells) for c in range(len(cells[0]))]
    lines = []
    for r, row in enumerate(cells):
        inner = "  ".join(c.rjust(w) for c, w in zip(row, widths, strict=True))
        opening, closing = ("[[" if r == 0 else " ["), ("]]" if r == len(cells) - 1 else "]")
        lines.append(opening + inner + closing)
    return lines
