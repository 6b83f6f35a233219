"""A formula as the source of LaTeX's math mode, in the commands that KaTeX and MathJax know as well.

Whatever a user wrote reaches the source through `name_latex`, `words_latex` or `code_latex`, which leave no character
its meaning to TeX. Characters outside ASCII stay as they are inside a text group: a LaTeX document declares them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, assert_never

from chainrule.showing.breaking import Fragment, Head, Mark
from chainrule.showing.typeset import (
    DECIMAL,
    RATIONAL,
    bracket_pairs,
    is_left_out,
    is_tall,
    is_tall_row,
    needs_bracket,
    unbracketed,
)
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
from chainrule.working.one_line import NAMES, bracketed

GREEK: Final = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "varepsilon", "ζ": "zeta", "η": "eta", "θ": "theta",
    "ι": "iota", "κ": "kappa", "λ": "lambda", "μ": "mu", "ν": "nu", "ξ": "xi", "π": "pi", "ρ": "rho", "σ": "sigma",
    "τ": "tau", "υ": "upsilon", "φ": "varphi", "χ": "chi", "ψ": "psi", "ω": "omega", "Γ": "Gamma", "Δ": "Delta",
    "Θ": "Theta", "Λ": "Lambda", "Ξ": "Xi", "Π": "Pi", "Σ": "Sigma", "Υ": "Upsilon", "Φ": "Phi", "Ψ": "Psi", "Ω": "Omega",
}  # fmt: skip
SIGNS: Final = {
    "_": r"\_",
    "%": r"\%",
    "&": r"\&",
    "#": r"\#",
    "$": r"\$",
    "{": r"\{",
    "}": r"\}",
    "\\": r"{\backslash}",
    "^": r"{\wedge}",
    "~": r"{\sim}",
    "|": r"{\vert}",
    "<": "{<}",
    ">": "{>}",
    "*": r"{\ast}",
    "`": r"\grave{}",
    '"': r"{''}",
    "−": "{-}",
    "·": r"{\cdot}",
    "×": r"{\times}",
    "∂": r"{\partial}",
    "∞": r"{\infty}",
    "→": r"{\rightarrow}",
    "←": r"{\leftarrow}",
    "≈": r"{\approx}",
    "≤": r"{\leq}",
    "≥": r"{\geq}",
    "≠": r"{\neq}",
    "✓": r"{\checkmark}",
    "✗": r"{\times}",
    "…": r"{\dots}",
    "′": r"{\prime}",
    **{letter: rf"{{\{name}}}" for letter, name in GREEK.items()},
}
"""What stands, in math mode, for a character that TeX would not print as it is."""

OPERATORS: Final = {
    "+": " + ",
    "−": " - ",
    "·": r" \cdot ",
    "⊙": r" \odot ",
    "@": r" \mathbin{@} ",
    "÷": r" \div ",
    "<": " < ",
    "≤": r" \leq ",
    ">": " > ",
    "≥": r" \geq ",
    "=": " = ",
    "≠": r" \neq ",
    "≈": r" \approx ",
    "and": r" \enspace\text{and}\enspace ",
    "or": r" \enspace\text{or}\enspace ",
    "mod": r" \bmod ",
    "//": r" \mathbin{//} ",
    "←": r" \leftarrow ",
    "→": r" \rightarrow ",
    ",": ", ",
}
ROW_END: Final = r" \\ "
PLAIN_NAME: Final = re.compile(r"[A-Za-z0-9]+")
PIECES: Final = re.compile(
    rf"[A-Za-z0-9 .,:;!?()\[\]+=/'@-]+|[{re.escape(''.join(SIGNS))}]|[^\x00-\x7f{re.escape(''.join(SIGNS))}]+"
)


def formula_latex(formula: Formula) -> str:
    """The formula in math mode, without its dollars."""
    return _written(formula)


def name_latex(text: str) -> str:
    """A name: one letter is set as a variable, more are set upright."""
    if len(text) == 1 and text in GREEK:
        return rf"\{GREEK[text]}"
    if len(text) == 1 and text.isascii() and text.isalpha():
        return text
    return rf"\mathrm{{{_signs(text)}}}"


def words_latex(text: str) -> str:
    """Words inside a formula."""
    return "".join(SIGNS.get(piece, rf"\text{{{piece}}}") for piece in _split(text))


def code_latex(text: str) -> str:
    """Code inside a formula."""
    return rf"\mathtt{{{_signs(text)}}}"


def row_latex(row: Sequence[Fragment]) -> str:
    """One row of a formula that was broken; brackets stretch where both of them stand in this row."""
    pairs = bracket_pairs(row)
    whole = {i for pair in pairs.items() for i in pair if is_tall_row(row[pair[0] + 1 : pair[1]])}
    written: list[str] = []
    for i, fragment in enumerate(row):
        match fragment.content:
            case Mark("(" | ")" as bracket):
                written.append((r"\left" if bracket == "(" else r"\right") + bracket if i in whole else bracket)
            case Mark("−"):
                written.append("-")
            case Mark(text):
                written.append(OPERATORS[text.strip()])
            case Head(kind, over):
                written.append(head_latex(kind, over))
            case formula:
                written.append(_written(formula))
    return ("{}" + "".join(written) if _opens_with_operator(row) else "".join(written)).strip()


def head_latex(kind: str, over: str) -> str:
    """What stands before the operand of a reduction."""
    below = f"_{{{words_latex(over)}}}" if over else ""
    return rf"\sum{below} " if kind == "sum" else rf"\mathrm{{{kind}}}{below}"


def _written(formula: Formula) -> str:
    match formula:
        case Symbol(text, version, primes):
            return name_latex(text) + ("" if version is None else f"_{{{version}}}") + "'" * primes
        case Number(text):
            return _number(text)
        case Partial(of, by):
            return _partial(of, by)
        case Apply(function, arguments):
            inside = ", ".join(_written(argument) for argument in arguments)
            return _written(function) + _in_brackets(inside, tall=any(is_tall(a) for a in arguments))
        case Infix(operator, operands):
            return OPERATORS[operator].join(_written(operand) for operand in operands)
        case Prefix(operator, operand):
            return ("-" if operator == "−" else r"\text{not }") + _written(operand)
        case Fraction(numerator, denominator):
            return rf"\frac{{{_written(unbracketed(numerator))}}}{{{_written(unbracketed(denominator))}}}"
        case Power(base, exponent):
            return f"{_base(base)}^{{{_written(unbracketed(exponent))}}}"
        case Root(operand):
            return rf"\sqrt{{{_written(unbracketed(operand))}}}"
        case Transposed(operand):
            return rf"{_base(operand)}^{{\mathsf{{T}}}}"
        case Entry(operand, indices):
            return f"{_written(operand)}[{', '.join(_signs(index) for index in indices)}]"
        case Reduction(kind, operand, over):
            return head_latex(kind, over) + _written(operand if kind == "sum" else bracketed(operand))
        case Cases(cases, otherwise):
            arms = [rf"{_written(value)} & \text{{if }} {_written(condition)}" for value, condition in cases]
            arms.append(_written(otherwise) + r" & \text{otherwise}")
            return r"\begin{cases} " + ROW_END.join(arms) + r" \end{cases}"
        case Matrix(rows):
            return _matrix(rows)
        case Bracket(operand):
            return _in_brackets(_written(operand), tall=is_tall(operand))
        case Words("…"):
            return r"\dots"
        case Words(text):
            return words_latex(text)
        case _:
            assert_never(formula)


def _split(text: str) -> list[str]:
    """Pieces of a text: runs that TeX prints as they are, and single signs."""
    return PIECES.findall("".join(letter if letter.isprintable() else " " for letter in text))


def _signs(text: str) -> str:
    """A text in upright or typewriter letters: what is no letter is kept from being an operator."""
    if PLAIN_NAME.fullmatch(text):
        return text
    written: list[str] = []
    for piece in _split(text):
        if piece in SIGNS:
            written.append(SIGNS[piece])
        elif piece.isascii():
            written.append(re.sub(r"[,:;!?+=@-]", r"{\g<0>}", piece).replace(" ", r"\ ").replace("'", r"\text{'}"))
        else:
            written.append(rf"\text{{{piece}}}")
    return "".join(written)


def _in_brackets(text: str, *, tall: bool) -> str:
    return rf"\left({text}\right)" if tall else f"({text})"


def _number(text: str) -> str:
    if whole := DECIMAL.fullmatch(text):
        sign, digits, raised, exponent = whole.groups()
        power = rf" \times 10^{{{'-' if raised in ('-', '−') else ''}{exponent}}}" if exponent else ""
        return ("-" if sign else "") + digits + power
    if quotient := RATIONAL.fullmatch(text):
        sign, numerator, denominator = quotient.groups()
        return ("-" if sign else "") + rf"\frac{{{numerator}}}{{{denominator}}}"
    return rf"\mathrm{{{_signs(text)}}}"


def _base(base: Formula) -> str:
    """What is raised, so that TeX never sees a second superscript on it."""
    written = _written(base)
    if needs_bracket(base):
        return _in_brackets(written, tall=is_tall(base))
    return written if isinstance(base, Bracket) or (isinstance(base, Symbol) and not base.primes) else f"{{{written}}}"


def _partial(of: Formula, by: tuple[Formula, ...]) -> str:
    order = f"^{{{len(by)}}}" if len(by) > 1 else ""
    same = len(set(by)) == 1
    below = rf"\partial {_named(by[0], raised=bool(order))}{order}" if same else " ".join(rf"\partial {_named(b)}" for b in by)
    return rf"\frac{{\partial{order} {_named(of)}}}{{{below}}}"


def _named(formula: Formula, *, raised: bool = False) -> str:
    shown = formula if isinstance(formula, (*NAMES, Bracket)) else Bracket(formula)
    return _base(shown) if raised else _written(shown)


def _matrix(rows: tuple[tuple[Formula, ...], ...]) -> str:
    count = max((len(row) for row in rows), default=0)
    if not count:
        return r"\left[\enspace\right]"
    lines = [" & ".join(r"\vdots" if is_left_out(row) else _written(entry) for entry in row) for row in rows]
    return rf"\left[\begin{{array}}{{{'r' * count}}} {ROW_END.join(lines)} \end{{array}}\right]"


def _opens_with_operator(row: Sequence[Fragment]) -> bool:
    """Whether an operator opens the row: an empty group before it keeps the spaces of an operator between operands."""
    return (
        bool(row)
        and isinstance(row[0].content, Mark)
        and row[0].content.text.strip() not in ("(", ")")
        and row[0].content.text != "−"
    )
