"""Where a formula too long for its line may be broken: one algorithm for every output.

A formula is flattened into fragments (marks such as " + ", "(" and ", ", and formulas that stay whole); rows are then
filled, breaking before an operator or after a comma, as far out in the brackets as possible.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from chainrule.showing.inline_text import columns
from chainrule.showing.parts import Equation, Line
from chainrule.working.notation import Apply, Bracket, Formula, Infix, Prefix, Reduction, Symbol
from chainrule.working.one_line import RELATIONS, bracketed, factor, formula_text, operator_text, reduction_text

LEAST_FILLED: Final = 0.4
"""A row broken at an outer operator must be at least this full; otherwise an inner one is taken."""


@dataclass(frozen=True)
class Mark:
    """A sign between formulas, with the spaces of the one-line text."""

    text: str


@dataclass(frozen=True)
class Head:
    """What stands before the operand of a reduction: Σ_rows."""

    kind: Literal["sum", "mean", "max", "min"]
    over: str


@dataclass(frozen=True)
class Fragment:
    """A part of a row. `depth` counts the brackets around it; a line may break before it where `breakable`."""

    content: Formula | Mark | Head
    depth: int
    breakable: bool = False


Row: TypeAlias = tuple[Fragment, ...]
Measure: TypeAlias = Callable[[Fragment], float]


def fragments(formula: Formula) -> tuple[Fragment, ...]:
    """The formula from left to right; the texts put together are `formula_text(formula)`."""
    return tuple(_fragments(formula, 0, outermost=True))


def fragment_text(fragment: Fragment) -> str:
    """The one-line text of a fragment."""
    match fragment.content:
        case Mark(text):
            return text
        case Head(kind, over):
            return reduction_text(kind, over)
        case formula:
            return formula_text(formula)


def text_measure(fragment: Fragment) -> float:
    """The columns that a fragment takes in a terminal."""
    return columns(fragment_text(fragment))


def broken(formula: Formula, first: float, rest: float, measure: Measure = text_measure) -> list[Row]:
    """The rows of a formula: the first at most `first` wide, the others `rest`. What cannot be broken stays whole."""
    waiting = fragments(formula)
    rows: list[Row] = []
    room = first
    while waiting:
        cut = _cut(waiting, room, measure)
        rows.append(waiting[:cut])
        waiting = waiting[cut:]
        room = rest
    return rows


def in_one_line(equation: Equation) -> Equation | None:
    """An update with all its relations on one line, w ← w − LR·∂loss/∂w = 0.985; None where that is not the form."""
    *others, last = equation.lines
    if equation.lines[0].relation != "←" or any(line.beside for line in others):
        return None
    if any(line.relation != "=" for line in equation.lines[1:]):
        return None
    chain = Infix("=", tuple(line.formula for line in equation.lines)) if others else last.formula
    return Equation(equation.id, equation.left, (Line(chain, last.beside, "←"),))


def _fragments(formula: Formula, depth: int, *, outermost: bool = False) -> Iterator[Fragment]:
    match formula:
        case Infix(operator, operands):
            sign = operator_text(formula, outermost=outermost)
            for i, operand in enumerate(operands):
                if i:
                    yield Fragment(Mark(sign), depth, breakable=operator != ",")
                shown = factor(formula, operand)
                inner = list(_fragments(shown, depth + 1, outermost=outermost and operator in RELATIONS))
                if i and operator == ",":
                    inner[0] = Fragment(inner[0].content, depth, breakable=True)
                yield from inner
        case Bracket(operand):
            yield Fragment(Mark("("), depth)
            yield from _fragments(operand, depth + 1)
            yield Fragment(Mark(")"), depth)
        case Prefix("−", operand):
            yield Fragment(Mark("−"), depth)
            yield from _fragments(operand, depth)
        case Apply(Symbol() as function, arguments) if arguments:
            yield Fragment(function, depth)
            yield Fragment(Mark("("), depth)
            yield from _fragments(Infix(",", arguments), depth + 1)
            yield Fragment(Mark(")"), depth)
        case Reduction(kind, operand, over):
            yield Fragment(Head(kind, over), depth)
            yield from _fragments(operand if kind == "sum" else bracketed(operand), depth)
        case _:
            yield Fragment(formula, depth)


def _cut(waiting: Sequence[Fragment], room: float, measure: Measure) -> int:
    """How many of the waiting fragments the next row takes."""
    filled = 0.0
    fitting: list[tuple[int, float]] = []
    for i, fragment in enumerate(waiting):
        if i and fragment.breakable:
            fitting.append((i, filled))
        filled += measure(fragment)
        if filled > room and fitting:
            break
    else:
        return len(waiting)
    full = [(i, w) for i, w in fitting if w >= LEAST_FILLED * room] or fitting
    shallowest = min(waiting[i].depth for i, _ in full)
    return max(i for i, _ in full if waiting[i].depth == shallowest)
