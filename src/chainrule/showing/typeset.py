"""What both typesetting outputs ask of a formula: which brackets must grow, and about how wide it is set."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, assert_never

from chainrule.showing.breaking import Fragment, Head, Mark
from chainrule.working.notation import (
    Apply,
    Bracket,
    Cases,
    Entry,
    Formula,
    Fraction,
    Infix,
    Matrix,
    Number,
    Partial,
    Power,
    Prefix,
    Reduction,
    Root,
    Symbol,
    Transposed,
    Words,
)

DECIMAL: Final = re.compile(r"([−-]?)(\d+(?:\.\d*)?|\.\d+)(?:e([+−-]?)0*(\d+))?")
RATIONAL: Final = re.compile(r"([−-]?)(\d+)/(\d+)")


def bracket_pairs(row: Sequence[Fragment]) -> dict[int, int]:
    """Where each opening bracket of a row closes, of those that do."""
    opened: list[int] = []
    pairs: dict[int, int] = {}
    for i, fragment in enumerate(row):
        if fragment.content == Mark("("):
            opened.append(i)
        elif fragment.content == Mark(")") and opened:
            pairs[opened.pop()] = i
    return pairs


def is_tall_row(row: Sequence[Fragment]) -> bool:
    """Whether something in the row is taller than a line."""
    return any(not isinstance(f.content, Mark | Head) and is_tall(f.content) for f in row)


def is_tall(formula: Formula) -> bool:
    """Whether brackets around the formula have to grow."""
    match formula:
        case Matrix(rows):
            return len(rows) > 1 or any(is_tall(entry) for row in rows for entry in row)
        case Partial() | Fraction() | Cases():
            return True
        case Number(text):
            return RATIONAL.fullmatch(text) is not None
        case Symbol() | Words():
            return False
        case Infix(_, operands) | Apply(_, operands):
            return any(is_tall(operand) for operand in operands)
        case Prefix(_, operand) | Bracket(operand) | Transposed(operand) | Entry(operand) | Root(operand):
            return is_tall(operand)
        case Reduction(kind, operand, over):
            return (kind == "sum" and bool(over)) or is_tall(operand)
        case Power(base, exponent):
            return is_tall(base) or is_tall(exponent)
        case _:
            assert_never(formula)


def unbracketed(formula: Formula) -> Formula:
    """The formula where a bar or a root already says how far it goes."""
    return formula.operand if isinstance(formula, Bracket) else formula


def needs_bracket(base: Formula) -> bool:
    """Whether a number, on one line a single word, is typeset as a product or a quotient: 1.5e-08, 1/10."""
    return isinstance(base, Number) and ("e" in base.text or "/" in base.text)


def typeset_width(fragment: Fragment) -> float:
    """About how wide a fragment is set, in widths of a digit."""
    match fragment.content:
        case Mark(text):
            return len(text) * 0.9
        case Head(kind, over):
            return 2.5 + len(over) if kind == "sum" else len(kind) + 0.7 * len(over)
        case formula:
            return width(formula)


def width(formula: Formula) -> float:
    """About how wide a formula is set, in widths of a digit."""
    match formula:
        case Symbol(text, version, primes):
            return len(text) + (0 if version is None else 0.7 * len(str(version))) + 0.5 * primes
        case Number(text) | Words(text):
            return len(text) + 2 * ("e" in text)
        case Partial(of, by):
            return max(width(of), sum(width(b) + 1.3 for b in by) - 1.3) + 1.8
        case Apply(function, arguments):
            return width(function) + 1.6 + sum(width(a) + 1.2 for a in arguments)
        case Infix(operator, operands):
            return sum(width(operand) for operand in operands) + (len(operands) - 1) * (len(operator) + 1.6)
        case Prefix(operator, operand):
            return len(operator) + 0.5 + width(operand)
        case Fraction(numerator, denominator):
            return max(width(unbracketed(numerator)), width(unbracketed(denominator))) + 0.6
        case Power(base, exponent):
            return width(base) + 0.75 * width(exponent)
        case Root(operand):
            return width(unbracketed(operand)) + 1.7
        case Transposed(operand):
            return width(operand) + 0.9
        case Entry(operand, indices):
            return width(operand) + sum(len(index) + 1.2 for index in indices)
        case Reduction(kind, operand, over):
            return (2.5 + len(over) if kind == "sum" else len(kind) + 1.6 + 0.7 * len(over)) + width(operand)
        case Cases(cases, otherwise):
            values = max(width(value) for value in [*(v for v, _ in cases), otherwise])
            return values + 2 + max(9.0, *(3 + width(condition) for _, condition in cases))
        case Matrix(rows):
            count = max((len(row) for row in rows), default=0)
            widths = (max((width(row[i]) for row in rows if i < len(row)), default=0) for i in range(count))
            return 1.5 + sum(w + 2 for w in widths)
        case Bracket(operand):
            return width(operand) + 1.6
        case _:
            assert_never(formula)


def is_left_out(row: tuple[Formula, ...]) -> bool:
    """Whether a row of a matrix stands for rows that are left out."""
    return bool(row) and all(entry == Words("…") for entry in row)
