"""A formula as MathML Core, written by hand from its tree: what a browser typesets without a script.

A long formula becomes several pieces side by side, cut before its operators as far out in the brackets as possible, so
that the page can break the line between them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import escape
from itertools import pairwise
from typing import Final, TypeAlias, assert_never

from chainrule.showing.breaking import Fragment, Head, Mark, fragments
from chainrule.showing.typeset import (
    DECIMAL,
    RATIONAL,
    bracket_pairs,
    is_left_out,
    is_tall,
    is_tall_row,
    needs_bracket,
    typeset_width,
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
from chainrule.working.one_line import NAMES, bracketed, primes_text

Pieces: TypeAlias = "str | tuple[Pieces, ...]"

PIECE: Final = 28.0
"""Formulas wider than this many digits are cut where they can be: what a telephone shows on one line."""

INVISIBLE: Final = re.compile(r"[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
DISPLAY: Final = ' displaystyle="true"'
SPACES: Final = {"+": "0.22em", "−": "0.22em", "·": "0.17em", "⊙": "0.22em", "@": "0.22em", "÷": "0.22em", "//": "0.22em"}
RELATION_SPACE: Final = "0.28em"
WORD_SPACE: Final = "0.5em"
WORDY: Final = frozenset(("and", "or", "mod"))
COMMA: Final = '<mo separator="true" lspace="0" rspace="0.17em">,</mo>'


def formula_mathml(formula: Formula, *, display: bool = False) -> str:
    """The formula as one `<math>` element, its fractions as large as in a line of their own where `display` is given."""
    return f"<math{DISPLAY if display else ''}>{_written(formula)}</math>"


def pieces_mathml(formula: Formula) -> Pieces:
    """The formula as `<math>` elements to be set one after the other, those that belong together in groups."""
    cut = _pieces(fragments(formula))
    return formula_mathml(formula, display=True) if isinstance(cut, str) else cut


def relation_mathml(relation: str) -> str:
    """A relation on its own."""
    return f"<math>{_operator(relation)}</math>"


def _text(text: str) -> str:
    """Text that stands in any markup, without the characters that XML does not have."""
    return escape(INVISIBLE.sub("\ufffd", text))


def _pieces(whole: Sequence[Fragment]) -> Pieces:
    """The fragments cut at the outermost places, those that stay too wide cut further in; tall brackets stay whole."""
    tall = [(start, end) for start, end in bracket_pairs(whole).items() if is_tall_row(whole[start + 1 : end])]
    places = [i for i, f in enumerate(whole) if i and f.breakable and not any(start < i < end for start, end in tall)]
    if not places or sum(map(typeset_width, whole)) <= PIECE:
        return f"<math{DISPLAY}>{_row(whole)}</math>"
    outermost = min(whole[i].depth for i in places)
    ends = [0, *(i for i in places if whole[i].depth == outermost), len(whole)]
    return tuple(_pieces(whole[start:end]) for start, end in pairwise(ends))


def _row(row: Sequence[Fragment]) -> str:
    """Fragments in a row; brackets grow where both of them stand in it."""
    pairs = bracket_pairs(row)
    growing = {i for pair in pairs.items() for i in pair if is_tall_row(row[pair[0] + 1 : pair[1]])}
    written: list[str] = []
    for i, fragment in enumerate(row):
        match fragment.content:
            case Mark("(" | ")" as bracket):
                written.append(_bracket_sign(bracket, growing=i in growing))
            case Mark("−"):
                written.append('<mo form="prefix">−</mo>')
            case Mark(text):
                written.append(_operator(text.strip()))
            case Head(kind, over):
                written.append(_head(kind, over))
            case formula:
                written.append(_written(formula))
    return f"<mrow>{''.join(written)}</mrow>"


def _written(formula: Formula) -> str:
    match formula:
        case Symbol(text, version, primes):
            return _symbol(text, version, primes)
        case Number(text):
            return _number(text)
        case Partial(of, by):
            return _partial(of, by)
        case Apply(function, arguments):
            inside = COMMA.join(_written(argument) for argument in arguments)
            return f"<mrow>{_written(function)}{_in_brackets(inside, growing=any(is_tall(a) for a in arguments))}</mrow>"
        case Infix(operator, operands):
            return f"<mrow>{_operator(operator).join(_written(operand) for operand in operands)}</mrow>"
        case Prefix("−", operand):
            return f'<mrow><mo form="prefix">−</mo>{_written(operand)}</mrow>'
        case Prefix(_, operand):
            return f"<mrow>{_words('not ')}{_written(operand)}</mrow>"
        case Fraction(numerator, denominator):
            return f"<mfrac>{_written(unbracketed(numerator))}{_written(unbracketed(denominator))}</mfrac>"
        case Power(base, exponent):
            return f"<msup>{_base(base)}{_written(unbracketed(exponent))}</msup>"
        case Root(operand):
            return f"<msqrt>{_written(unbracketed(operand))}</msqrt>"
        case Transposed(operand):
            return f'<msup>{_base(operand)}<mi mathvariant="normal">T</mi></msup>'
        case Entry(operand, indices):
            inside = COMMA.join(f"<mtext>{_text(index)}</mtext>" for index in indices)
            return f'<mrow>{_written(operand)}<mo stretchy="false">[</mo>{inside}<mo stretchy="false">]</mo></mrow>'
        case Reduction(kind, operand, over):
            return f"<mrow>{_head(kind, over)}{_written(operand if kind == 'sum' else bracketed(operand))}</mrow>"
        case Cases(cases, otherwise):
            arms = [(_written(value), f"{_words('if ')}{_written(condition)}") for value, condition in cases]
            arms.append((_written(otherwise), _words("otherwise")))
            lines = "".join(f"<mtr><mtd>{value}</mtd><mtd>{when}</mtd></mtr>" for value, when in arms)
            return f'<mrow><mo>{{</mo><mtable class="cases">{lines}</mtable></mrow>'
        case Matrix(rows):
            return _matrix(rows)
        case Bracket(operand):
            return f"<mrow>{_in_brackets(_written(operand), growing=is_tall(operand))}</mrow>"
        case Words("…"):
            return "<mi>…</mi>"
        case Words(text):
            return _words(text)
        case _:
            assert_never(formula)


def _symbol(text: str, version: int | None, primes: int) -> str:
    name = f"<mi>{_text(text)}</mi>"
    name = name if version is None else f"<msub>{name}<mn>{version}</mn></msub>"
    return f'<mrow>{name}<mo form="postfix" lspace="0" rspace="0">{primes_text(primes)}</mo></mrow>' if primes else name


def _number(text: str) -> str:
    if whole := DECIMAL.fullmatch(text):
        sign, digits, raised, exponent = whole.groups()
        shown = f"<mn>{digits}</mn>"
        if exponent:
            power = f"<mrow>{_minus(raised)}<mn>{exponent}</mn></mrow>"
            shown += f"<mo>×</mo><msup><mn>10</mn>{power}</msup>"
        return f"<mrow>{_minus(sign)}{shown}</mrow>" if sign or exponent else shown
    if quotient := RATIONAL.fullmatch(text):
        sign, numerator, denominator = quotient.groups()
        shown = f"<mfrac><mn>{numerator}</mn><mn>{denominator}</mn></mfrac>"
        return f"<mrow>{_minus(sign)}{shown}</mrow>" if sign else shown
    return f"<mn>{_text(text)}</mn>"


def _minus(sign: str | None) -> str:
    return '<mo form="prefix">−</mo>' if sign in ("−", "-") else ""


def _operator(operator: str) -> str:
    if operator == ",":
        return COMMA
    space = WORD_SPACE if operator in WORDY else SPACES.get(operator, RELATION_SPACE)
    return f'<mo form="infix" lspace="{space}" rspace="{space}">{_text(operator)}</mo>'


def _words(text: str) -> str:
    return f"<mtext>{_text(text.replace(' ', chr(0xA0)))}</mtext>"


def _in_brackets(inside: str, *, growing: bool) -> str:
    return f"{_bracket_sign('(', growing=growing)}{inside}{_bracket_sign(')', growing=growing)}"


def _bracket_sign(sign: str, *, growing: bool) -> str:
    form = "prefix" if sign == "(" else "postfix"
    return f'<mo form="{form}">{sign}</mo>' if growing else f'<mo form="{form}" stretchy="false">{sign}</mo>'


def _head(kind: str, over: str) -> str:
    sign = "<mo>∑</mo>" if kind == "sum" else f"<mi>{kind}</mi>"
    return f"<msub>{sign}{_words(over)}</msub>" if over else sign


def _base(base: Formula) -> str:
    written = _written(base)
    return f"<mrow>{_in_brackets(written, growing=is_tall(base))}</mrow>" if needs_bracket(base) else written


def _partial(of: Formula, by: tuple[Formula, ...]) -> str:
    sign = '<mo form="prefix" rspace="0">∂</mo>'
    order = f"<msup>{sign}<mn>{len(by)}</mn></msup>" if len(by) > 1 else sign
    if len(by) > 1 and len(set(by)) == 1:
        below = f"{sign}<msup>{_named(by[0])}<mn>{len(by)}</mn></msup>"
    else:
        below = "".join(f"{sign}{_named(b)}" for b in by)
    return f"<mfrac><mrow>{order}{_named(of)}</mrow><mrow>{below}</mrow></mfrac>"


def _named(formula: Formula) -> str:
    return _written(formula if isinstance(formula, (*NAMES, Bracket)) else Bracket(formula))


def _matrix(rows: tuple[tuple[Formula, ...], ...]) -> str:
    lines = "".join(f"<mtr>{''.join(_entries(row))}</mtr>" for row in rows)
    return f'<mrow><mo form="prefix">[</mo><mtable class="matrix">{lines}</mtable><mo form="postfix">]</mo></mrow>'


def _entries(row: tuple[Formula, ...]) -> Iterator[str]:
    for entry in row:
        yield f"<mtd>{'<mo>⋮</mo>' if is_left_out(row) else _written(entry)}</mtd>"
