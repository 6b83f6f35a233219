"""Mathematics as a tree: what is written, free of how any output writes it.

    formula ::= Symbol | Number | Partial | Apply | Infix | Prefix | Fraction | Power | Root
              | Transposed | Entry | Reduction | Cases | Matrix | Bracket | Words

Brackets are put in by whoever builds a formula (`graph_formula.py`), so a lowering never reasons about precedence:
it writes what stands there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias


@dataclass(frozen=True)
class Symbol:
    """A name of the user's, or of a known function: `node_1_output₂`, `activation_ReLu′`.

    `version` is None where the name is bound only once; `scope` is the function it lives in ("" at the top).
    """

    text: str
    version: int | None = None
    primes: int = 0
    scope: str = ""


@dataclass(frozen=True)
class Number:
    """A number already formatted ("0.985", "1/10", "1.5e-08", "NaN"); negative ones carry their sign in the text."""

    text: str


@dataclass(frozen=True)
class Partial:
    """∂of/∂with_respect_to; order 2 for ∂²of/∂a∂b, where `with_respect_to` holds two formulas."""

    of: Formula
    with_respect_to: tuple[Formula, ...]


@dataclass(frozen=True)
class Apply:
    """function(arguments)."""

    function: Formula
    arguments: tuple[Formula, ...]


InfixOperator: TypeAlias = Literal[
    "+", "−", "·", "⊙", "@", "÷", "<", "≤", ">", "≥", "=", "≠", "and", "or", "mod", "//", "←", "→", ","
]


@dataclass(frozen=True)
class Infix:
    """Two or more operands with one operator between them.

    "·" multiplies by a scalar, "⊙" multiplies entry by entry, "@" is the matrix product, "÷" divides entry by entry
    inline (see Fraction for the stacked form).
    """

    operator: InfixOperator
    operands: tuple[Formula, ...]


@dataclass(frozen=True)
class Prefix:
    """−x or not x."""

    operator: Literal["−", "not "]
    operand: Formula


@dataclass(frozen=True)
class Fraction:
    """numerator over denominator; on one line "a / b", the operands bracketed by the builder as that line needs
    (a lowering that stacks them may drop an outermost Bracket).
    """

    numerator: Formula
    denominator: Formula


@dataclass(frozen=True)
class Power:
    """baseᵉˣᵖᵒⁿᵉⁿᵗ, the base bracketed by the builder where it needs it."""

    base: Formula
    exponent: Formula


@dataclass(frozen=True)
class Root:
    """√operand."""

    operand: Formula


@dataclass(frozen=True)
class Transposed:
    """operandᵀ."""

    operand: Formula


@dataclass(frozen=True)
class Entry:
    """operand[indices], each index already text: "0", "1:3", "i"."""

    operand: Formula
    indices: tuple[str, ...]


@dataclass(frozen=True)
class Reduction:
    """Σ, mean or max of `operand` over named axes: kind "sum", over "rows" writes Σ_rows operand; over "" is over all."""

    kind: Literal["sum", "mean", "max", "min"]
    operand: Formula
    over: str


@dataclass(frozen=True)
class Cases:
    """{ value if condition, …, otherwise."""

    cases: tuple[tuple[Formula, Formula], ...]
    otherwise: Formula


@dataclass(frozen=True)
class Matrix:
    """Rows of formulas. A vector is one row; a row of a large array may hold `Words("…")` where entries are left out,
    and `shape` then states the true shape (it is always filled).
    """

    rows: tuple[tuple[Formula, ...], ...]
    shape: tuple[int, ...]


@dataclass(frozen=True)
class Bracket:
    """(operand)."""

    operand: Formula


@dataclass(frozen=True)
class Words:
    """Plain words inside a formula: "unknown", "…"."""

    text: str


Formula: TypeAlias = (
    Symbol
    | Number
    | Partial
    | Apply
    | Infix
    | Prefix
    | Fraction
    | Power
    | Root
    | Transposed
    | Entry
    | Reduction
    | Cases
    | Matrix
    | Bracket
    | Words
)
