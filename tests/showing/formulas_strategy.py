"""Random formula trees and a document for property tests, their texts as hostile as a user may write them."""

from __future__ import annotations

from hypothesis import strategies as st

from chainrule.showing.parts import (
    Block,
    Code,
    Definitions,
    Document,
    Emphasis,
    Equation,
    Inline,
    Item,
    Line,
    Listing,
    Notice,
    Paragraph,
    Section,
    Table,
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

HOSTILE = (
    "<script>",
    r"\input{x}",
    "$",
    "&",
    "%",
    "#",
    "|",
    "`",
    "{",
    "}",
    "_",
    "^",
    "~",
    "\\",
    '"',
    "'",
    "λ",
    "é",
    "−",
    "*",
    "]]>",
)

texts = st.lists(
    st.sampled_from((*HOSTILE, "a", "w1", "node_1", " ", "x"))
    | st.characters(min_codepoint=32, exclude_categories=("Cs", "Cc", "Cn")),
    min_size=1,
    max_size=4,
).map("".join)

symbols = st.builds(Symbol, texts, st.none() | st.integers(0, 12), st.integers(0, 3))
numbers = st.sampled_from(("0", "1.5", "−2", "1.5e-08", "−3e+20", "1/10", "−7/3", "NaN", "−∞", "inf", "1 + 2j", "0x1p")).map(
    Number
)
leaves = symbols | numbers | st.builds(Words, texts | st.just("…"))


def _grown(inner: st.SearchStrategy[Formula]) -> st.SearchStrategy[Formula]:
    several = st.lists(inner, min_size=2, max_size=4).map(tuple)
    operators = st.sampled_from(
        ("+", "−", "·", "⊙", "@", "÷", "<", "≤", ">", "≥", "=", "≠", "and", "or", "mod", "//", "←", "→", ",")
    )
    rows = st.integers(1, 3).flatmap(
        lambda n: st.lists(st.lists(inner, min_size=n, max_size=n).map(tuple), min_size=1, max_size=3).map(tuple)
    )
    return st.one_of(
        st.builds(Partial, inner, st.lists(inner, min_size=1, max_size=2).map(tuple)),
        st.builds(Apply, symbols, st.lists(inner, max_size=3).map(tuple)),
        st.builds(Infix, operators, several),
        st.builds(Prefix, st.sampled_from(("−", "not ")), inner),
        st.builds(Fraction, inner, inner),
        st.builds(Power, inner, inner),
        st.builds(Root, inner),
        st.builds(Transposed, inner),
        st.builds(Entry, inner, st.lists(texts, min_size=1, max_size=2).map(tuple)),
        st.builds(
            Reduction, st.sampled_from(("sum", "mean", "max", "min")), inner, st.sampled_from(("", "rows", "axis 1")) | texts
        ),
        st.builds(Cases, st.lists(st.tuples(inner, inner), min_size=1, max_size=2).map(tuple), inner),
        rows.map(lambda made: Matrix(made, (len(made), len(made[0])))),
        st.builds(Bracket, inner),
    )


formulas: st.SearchStrategy[Formula] = st.recursive(leaves, _grown, max_leaves=12)


def hostile_document(text: str) -> Document:
    """The text at every place of a document where something of the user's can stand."""
    name = Symbol(text, 1)
    inline: tuple[Inline, ...] = (text, Code(text), Emphasis(text, "bad"), name, Words(text), text)
    equation = Equation(text, name, (Line(Infix("+", (name, Entry(name, (text,)))), inline), Line(Number(text), (), "≈")))
    blocks: tuple[Block, ...] = (
        Paragraph(inline, text),
        Paragraph((text,)),
        equation,
        Table((inline, (text,)), ((inline, (text,)), ((Code(text),), ())), "lr", text),
        Definitions((Item(text, inline, (inline, (text,))), Item(text, (text,), ()))),
        Listing(f"{text}\n\n    {text}", text),
        Notice(inline),
    )
    return Document(text, (*blocks, Section(text, text, blocks)))


HOSTILE_TEXT = (
    " ".join(HOSTILE) + " x </script></style></math> \\end{verbatim} ``` $$ ~~~ [a](b) ![c](d) & &amp; é 中 \x00 \x1b --"
)
