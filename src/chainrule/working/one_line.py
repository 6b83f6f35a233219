"""A formula on one line of plain unicode: `∂loss/∂w5 · activation_ReLu′(node_1_output₁)`."""

from __future__ import annotations

from typing import Final, assert_never

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

SUBSCRIPTS: Final = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
SUPERSCRIPTS: Final = str.maketrans("0123456789−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
PRIMES: Final = ("", "′", "″", "‴")
RELATIONS: Final = frozenset(("=", "←", "→"))
PRODUCTS: Final = frozenset(("·", "⊙", "@"))
NAMES: Final = (Symbol, Number, Words, Entry)


def formula_text(formula: Formula) -> str:
    """The formula on one line."""
    return _written(formula, outermost=True)


def operator_text(infix: Infix, *, outermost: bool) -> str:
    """The operator with its spaces: a product of plain names inside a sum is drawn together, as in a·b + c·d."""
    match infix.operator:
        case ",":
            return ", "
        case "·" if not outermost and all(_is_plain(operand) for operand in infix.operands):
            return "·"
        case operator:
            return f" {operator} "


def factor(infix: Infix, operand: Formula) -> Formula:
    """An operand as it stands on the line: a fraction in a product is put in brackets, for nothing else shows where it ends."""
    return Bracket(operand) if isinstance(operand, Fraction) and infix.operator in PRODUCTS else operand


def reduction_text(kind: str, over: str) -> str:
    """What stands before the operand of a reduction: "Σ_rows ", "mean_(axis 1, axis 2)"."""
    axes = "" if not over else f"_{over}" if over.isalnum() else f"_({over})"
    return f"Σ{axes} " if kind == "sum" else kind + axes


def bracketed(formula: Formula) -> Formula:
    """The formula as the argument of a named function: in brackets, but never in two pairs."""
    return formula if isinstance(formula, Bracket) else Bracket(formula)


def is_whole(formula: Formula) -> bool:
    """Whether the formula is a whole number, which can stand raised."""
    return isinstance(formula, Number) and formula.text.lstrip("−").isdecimal()


def primes_text(count: int) -> str:
    """′, ″, ‴, then ⁗ as repeated primes."""
    return PRIMES[count] if count < len(PRIMES) else "′" * count


def _is_plain(formula: Formula) -> bool:
    match formula:
        case Symbol() | Number() | Words() | Entry() | Bracket() | Partial() | Fraction():
            return True
        case Power(base) | Transposed(base):
            return _is_plain(base)
        case _:
            return False


def _written(formula: Formula, *, outermost: bool = False) -> str:
    match formula:
        case Symbol(text, version, primes):
            return text + ("" if version is None else str(version).translate(SUBSCRIPTS)) + primes_text(primes)
        case Number(text) | Words(text):
            return text
        case Partial(of, by):
            return _partial(of, by)
        case Apply(function, arguments):
            return f"{_written(function)}({', '.join(_written(a) for a in arguments)})"
        case Infix(_, operands):
            within = outermost and formula.operator in RELATIONS
            return operator_text(formula, outermost=outermost).join(
                _written(factor(formula, o), outermost=within) for o in operands
            )
        case Prefix(operator, operand):
            return operator + _written(operand)
        case Fraction(numerator, denominator):
            return f"{_written(numerator)} / {_written(denominator)}"
        case Power(base, exponent):
            return _written(base) + _raised(exponent)
        case Root(operand):
            return "√" + _written(operand if isinstance(operand, (*NAMES, Bracket)) else Bracket(operand))
        case Transposed(operand):
            return _written(operand) + "ᵀ"
        case Entry(operand, indices):
            return f"{_written(operand)}[{', '.join(indices)}]"
        case Reduction(kind, operand, over):
            return reduction_text(kind, over) + _written(operand if kind == "sum" else bracketed(operand))
        case Cases(cases, otherwise):
            arms = [f"{_written(value)} if {_written(condition)}" for value, condition in cases]
            return "{ " + "; ".join([*arms, f"{_written(otherwise)} otherwise"]) + " }"
        case Matrix(rows, shape):
            inner = [_row(row) for row in rows]
            return inner[0] if len(shape) < 2 and len(inner) == 1 else f"[{', '.join(inner)}]"
        case Bracket(operand):
            return f"({_written(operand)})"
        case _:
            assert_never(formula)


def _row(row: tuple[Formula, ...]) -> str:
    if row and all(entry == Words("…") for entry in row):
        return "…"
    return f"[{', '.join(_written(entry) for entry in row)}]"


def _partial(of: Formula, by: tuple[Formula, ...]) -> str:
    """∂loss/∂w5, ∂²loss/∂w1∂w2, ∂²loss/∂w1²."""
    order = str(len(by)).translate(SUPERSCRIPTS) if len(by) > 1 else ""
    under = f"∂{_named(by[0])}{order}" if len(set(by)) == 1 else "".join(f"∂{_named(b)}" for b in by)
    return f"∂{order}{_named(of)}/{under}"


def _named(formula: Formula) -> str:
    return _written(formula if isinstance(formula, (*NAMES, Bracket)) else Bracket(formula))


def _raised(exponent: Formula) -> str:
    if is_whole(exponent):
        return _written(exponent).translate(SUPERSCRIPTS)
    return "^" + _named(exponent)
