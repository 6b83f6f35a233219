"""A formula on one line of Unicode: `∂loss/∂w5`, `node_1_output₂`, `(a − b)²`."""

from __future__ import annotations

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

SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
SUPERSCRIPTS = str.maketrans("0123456789−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


def formula_text(formula: Formula) -> str:
    """The formula as one line of text."""
    match formula:
        case Symbol(text, version, primes, scope):
            subscript = "" if version is None else str(version).translate(SUBSCRIPTS)
            return f"{scope + '.' if scope else ''}{text}{subscript}{'′' * primes}"
        case Number(text) | Words(text):
            return text
        case Partial(of, (wrt,)):
            return f"∂{formula_text(of)}/∂{formula_text(wrt)}"
        case Partial(of, several):
            return f"∂{str(len(several)).translate(SUPERSCRIPTS)}{formula_text(of)}/" + "".join(
                f"∂{formula_text(w)}" for w in several
            )
        case Apply(function, arguments):
            return f"{formula_text(function)}({', '.join(map(formula_text, arguments))})"
        case Infix(operator, operands):
            sign = {"·": "·", ",": ", "}.get(operator, f" {operator} ")
            spaced = " · " if operator == "·" and any(not _is_short(o) for o in operands) else sign
            return spaced.join(map(formula_text, operands))
        case Prefix(operator, operand):
            return f"{operator}{formula_text(operand)}"
        case Fraction(numerator, denominator):
            return f"{formula_text(numerator)} / {formula_text(denominator)}"
        case Power(base, exponent):
            written = formula_text(exponent)
            raised = written.translate(SUPERSCRIPTS)
            return formula_text(base) + (raised if written.lstrip("−").isdigit() else f"^({written})")
        case Root(operand):
            return f"√({formula_text(operand)})"
        case Transposed(operand):
            return f"{formula_text(operand)}ᵀ"
        case Entry(operand, indices):
            return f"{formula_text(operand)}[{', '.join(indices)}]"
        case Reduction(kind, operand, over):
            return (
                f"{_reduction(kind, over)}{formula_text(operand)}"
                if kind == "sum"
                else f"{_reduction(kind, over)}({formula_text(_open(operand))})"
            )
        case Cases(cases, otherwise):
            parts = [f"{formula_text(value)} if {formula_text(condition)}" for value, condition in cases]
            return f"{{{', '.join(parts)}, else {formula_text(otherwise)}}}"
        case Matrix(rows, shape):
            inner = [f"[{', '.join(map(formula_text, row))}]" for row in rows]
            return inner[0] if len(shape) == 1 else f"[{', '.join(inner)}]"
        case Bracket(operand):
            return f"({formula_text(operand)})"


def _is_short(formula: Formula) -> bool:
    """A symbol, a number or a bracketed negative one: factors that stand close together."""
    match formula:
        case Symbol() | Number() | Entry():
            return True
        case Bracket(Infix() | Number()):
            return True
        case _:
            return False


def _open(formula: Formula) -> Formula:
    return formula.operand if isinstance(formula, Bracket) else formula


def _reduction(kind: str, over: str) -> str:
    return {"sum": "Σ"}.get(kind, kind) + (f"_{over.replace(' ', '_')}" if over else "") + (" " if kind == "sum" else "")
