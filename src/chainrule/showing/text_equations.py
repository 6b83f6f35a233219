"""Equations as rows of text: relations under each other, long formulas broken, notes in a column to the right."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from chainrule.showing.breaking import broken, fragment_text, in_one_line
from chainrule.showing.inline_text import columns
from chainrule.showing.parts import Equation, Inline
from chainrule.showing.spans import Span, TextRow, breadth, padded, wrapped
from chainrule.working.notation import Cases, Formula, Matrix, Words
from chainrule.working.one_line import formula_text

HANG: Final = 2
GAP: Final = 3
LEAST_FORMULA: Final = 32
LEAST_NOTE: Final = 30
FURTHEST_NOTE: Final = 0.64
"""The share of the width after which the column of notes never begins."""


def note_column(equations: Sequence[Equation], width: int) -> int:
    """Where the notes beside these equations begin: after the widest formula that has one, within reason."""
    furthest = int(width * FURTHEST_NOTE)
    reaches = [0]
    for equation in equations:
        shown, start = _shown(equation, width)
        for line in shown.lines:
            if line.beside:
                reach = start + columns(formula_text(line.formula)) + GAP
                reaches.append(min(reach, furthest))
    return max(reaches)


def equation_rows(equation: Equation, width: int, column: int) -> list[TextRow]:
    """The rows of one equation; notes begin at `column` where the formula beside them leaves room."""
    shown, start = _shown(equation, width)
    name = formula_text(equation.left)
    rows: list[TextRow] = []
    notes: list[tuple[int, TextRow]] = []
    relation_at = start - 2
    if columns(name) > relation_at:
        rows += [(Span(row),) for row in formula_rows(equation.left, width, width - HANG)]
        name = ""
    for line in shown.lines:
        texts = formula_rows(line.formula, width - start, width - start - HANG)
        reach = start + max(map(columns, texts))
        while len(rows) < len(notes) and (line.beside or any(at < reach + 2 for at, row in notes[len(rows) :] if row)):
            rows.append(())
        first = len(rows)
        for i, text in enumerate(texts):
            lead = padded((Span(name),), relation_at) if not i else (Span(" " * start),)
            rows.append((*lead, Span(f"{line.relation} "), Span(text)) if not i else (*lead, Span(text)))
            name = ""
        _set_beside(line.beside, rows, notes, first, width, column)
    return _merged(rows, notes)


def formula_rows(formula: Formula, first: int, rest: int) -> list[str]:
    """A formula alone on its line: matrices and cases over several rows, what is too long broken before an operator."""
    match formula:
        case Matrix(rows) if len(rows) > 1:
            return _matrix_rows(rows)
        case Cases() if columns(formula_text(formula)) > first:
            return _cases_rows(formula)
        case _:
            texts = ["".join(map(fragment_text, row)) for row in broken(formula, first, rest)]
            return [texts[0].rstrip(), *(" " * HANG + text.strip() for text in texts[1:])]


def _shown(equation: Equation, width: int) -> tuple[Equation, int]:
    """The equation as it is written, and the column where its formulas start."""
    start = columns(formula_text(equation.left)) + 3
    if start > width - LEAST_FORMULA:
        return equation, HANG + 2
    joined = in_one_line(equation)
    if joined is not None and start + columns(formula_text(joined.lines[0].formula)) <= width:
        return joined, start
    return equation, start


def _set_beside(
    beside: tuple[Inline, ...],
    rows: list[TextRow],
    notes: list[tuple[int, TextRow]],
    first: int,
    width: int,
    column: int,
) -> None:
    """Put a note beside the rows from `first` on; under them where they leave no room."""
    if not beside:
        return
    while len(notes) < first:
        notes.append((0, ()))
    reach = max(breadth(row) for row in rows[first:]) + GAP
    at = max(reach, column)
    needed = sum(breadth(row) for row in wrapped(beside, 10**6))
    if width - at < min(needed, LEAST_NOTE):
        at = max(reach - GAP + 2, 0)
    if width - at < min(needed, LEAST_NOTE):
        at = min(column or reach, width - LEAST_NOTE)
        while len(notes) < len(rows):
            notes.append((0, ()))
    notes += [(at, row) for row in wrapped(beside, max(width - at, 1))]


def _merged(rows: list[TextRow], notes: list[tuple[int, TextRow]]) -> list[TextRow]:
    count = max(len(rows), len(notes))
    merged: list[TextRow] = []
    for i in range(count):
        row = rows[i] if i < len(rows) else ()
        at, note = notes[i] if i < len(notes) else (0, ())
        merged.append((*padded(row, at), *note) if note else row)
    return merged


def _matrix_rows(rows: Sequence[tuple[Formula, ...]]) -> list[str]:
    """Rows under each other as NumPy lays them out, entries aligned on the right."""
    texts = [[formula_text(entry) for entry in row] for row in rows]
    count = max(len(row) for row in texts)
    widths = [max((columns(row[i]) for row in texts if i < len(row)), default=0) for i in range(count)]
    written: list[str] = []
    for row, formulas in zip(texts, rows, strict=True):
        if formulas and all(entry == Words("…") for entry in formulas):
            written.append(" …")
            continue
        cells = [" " * (w - columns(text)) + text for text, w in zip(row, widths, strict=False)]
        written.append(f" [{', '.join(cells)}],")
    written[0] = "[" + written[0][1:]
    written[-1] = written[-1].rstrip(",") + "]"
    return written


def _cases_rows(formula: Cases) -> list[str]:
    """⎧ value  if condition, one arm under the other."""
    arms = [(formula_text(value), f"if {formula_text(condition)}") for value, condition in formula.cases]
    arms.append((formula_text(formula.otherwise), "otherwise"))
    widest = max(columns(value) for value, _ in arms)
    signs = ["⎧", *("⎨" if i == (len(arms) - 1) // 2 else "⎪" for i in range(1, len(arms) - 1)), "⎩"]
    return [f"{sign} {value}{' ' * (widest - columns(value))}  {when}" for sign, (value, when) in zip(signs, arms, strict=True)]
