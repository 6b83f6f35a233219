"""The document as Markdown: equations between dollars, tables with bars, listings between fences.

Dollars are what most readers of Markdown know. GitHub, however, undoes backslashes inside them, which breaks a name with
an underscore; `math="github"` writes the forms that it documents for that, a fence of `math` and a dollar with a backtick.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, Literal, TypeAlias, assert_never

from chainrule.showing.breaking import broken
from chainrule.showing.formula_latex import OPERATORS, code_latex, formula_latex, row_latex, words_latex
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
    Tone,
)
from chainrule.showing.typeset import typeset_width
from chainrule.working.one_line import formula_text

Mathematics: TypeAlias = Literal["dollars", "github"]

WIDEST_ROW: Final = 84.0
"""Rows of an equation are broken where they are wider than this many digits."""

DEEPEST: Final = 6
SIGNS: Final[dict[Tone, str]] = {"good": "✓ ", "bad": "✗ ", "doubt": "", "plain": "", "quiet": ""}
SPECIAL: Final = re.compile(r"([\\`*_{}\[\]<>#|$~!&])")
OPENING: Final = re.compile(r"^(\s*)(\d+)([.)])(?=\s|$)|^(\s*)([-+=])(?=[\s=-]|$)", re.MULTILINE)
TOUCHY: Final = re.compile(r"\\[^A-Za-z]|[][<>`*]")
"""What a reader of Markdown may take out of a formula in a sentence: escapes of one character, tags, emphasis, links."""


def to_markdown(document: Document, *, math: Mathematics = "dollars") -> str:
    """The document as Markdown; `math` says how its formulas are marked."""
    head = (f"# {text_markdown(document.title)}",) if document.title else ()
    return "\n\n".join((*head, *blocks_markdown(document.blocks, 2, math))) + "\n"


def blocks_markdown(blocks: Iterable[Block], level: int, math: Mathematics = "dollars") -> Iterator[str]:
    """The Markdown blocks of parts, each without the blank lines around it; sections have headings of this level."""
    for block in blocks:
        yield from _block(block, level, math)


def heading(title: str, level: int) -> str:
    """A heading, no deeper than headings go."""
    return f"{'#' * min(level, DEEPEST)} {text_markdown(title)}"


def text_markdown(text: str) -> str:
    """Prose in which nothing is taken for markup."""
    return OPENING.sub(_escaped_opening, SPECIAL.sub(r"\\\1", _printable(text)))


def code_markdown(text: str) -> str:
    """Code between as many backticks as it needs."""
    shown = _printable(text)
    longest = max((len(run) for run in re.findall("`+", shown)), default=0)
    ticks = "`" * (longest + 1)
    space = " " if shown.startswith("`") or shown.endswith("`") or not shown.strip() else ""
    return f"{ticks}{space}{shown}{space}{ticks}"


def _printable(text: str) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in text)


def _escaped_opening(found: re.Match[str]) -> str:
    before, number, dot, space, sign = found.groups()
    return f"{before}{number}\\{dot}" if number else f"{space}\\{sign}"


def _inline(content: Iterable[Inline], math: Mathematics) -> str:
    """Inline content on one line; a closing dollar is kept from a letter or digit that follows it."""
    written = ""
    for part in content:
        piece = _piece(part, math)
        if written.endswith("$") and re.match(r"[\w$]", piece):
            written += " "
        if piece.startswith("$") and re.search(r"[\w$]$", written):
            written += " "
        written += piece
    return written.strip()


def _piece(part: Inline, math: Mathematics) -> str:
    match part:
        case str():
            return text_markdown(re.sub(" {2,}", " ", part))
        case Code(text):
            return code_markdown(text)
        case Emphasis(text, tone):
            sign = "" if text in ("✓", "✗") else SIGNS[tone]
            return text_markdown(text) if tone == "quiet" or text in ("✓", "✗") else f"{sign}**{text_markdown(text)}**"
        case formula:
            source = formula_latex(formula)
            if math == "github":
                return f"$`{source}`$" if "`" not in source else code_markdown(formula_text(formula))
            return code_markdown(formula_text(formula)) if TOUCHY.search(source) else f"${source}$"


def _block(block: Block, level: int, math: Mathematics) -> Iterator[str]:
    match block:
        case Section(_, title, blocks):
            yield heading(title, level)
            yield from blocks_markdown(blocks, level + 1, math)
        case Equation():
            opened, closed = ("```math", "```") if math == "github" else ("$$", "$$")
            yield f"{opened}\n{equation_latex(block)}\n{closed}"
        case Paragraph(content):
            yield _inline(content, math)
        case Definitions(items):
            yield "\n".join(_item(item, math) for item in items)
        case Table():
            yield "\n".join(_table(block, math))
        case Listing(text, language):
            longest = max((len(run) for run in re.findall("`+", text)), default=0)
            fence = "`" * max(3, longest + 1)
            yield f"{fence}{language if language.isalnum() else ''}\n{text.rstrip(chr(10))}\n{fence}"
        case Notice(content, tone):
            yield f"> **{_opening(tone)}** {_inline(content, math)}"
        case _:
            assert_never(block)


def _item(item: Item, math: Mathematics) -> str:
    """A term of a list, its first paragraph beside it and the others on lines of their own."""
    first, *rest = [_inline(p, math) for p in item.paragraphs] or [""]
    return "  \n  ".join([f"- {_inline(item.term, math)} {first}".rstrip(), *rest])


def _opening(tone: Tone) -> str:
    match tone:
        case "good":
            return "✓"
        case "bad":
            return "✗"
        case "doubt" | "plain" | "quiet":
            return "Note:"
        case _:
            assert_never(tone)


def equation_latex(equation: Equation) -> str:
    """The equation as `aligned`, one row for each of its lines, in source that Markdown keeps together."""
    rows = [row for i, line in enumerate(equation.lines) for row in _rows(equation, line, first=not i)]
    return "\n".join((r"\begin{aligned}", " \\\\\n".join(rows or [formula_latex(equation.left)]), r"\end{aligned}"))


def _rows(equation: Equation, line: Line, *, first: bool) -> list[str]:
    rows = broken(line.formula, WIDEST_ROW, WIDEST_ROW, typeset_width)
    written = [formula_latex(line.formula)] if len(rows) == 1 else [row_latex(row) for row in rows]
    left = f"{formula_latex(equation.left)} " if first else ""
    written[0] = f"{left}&{OPERATORS[line.relation].rstrip()} {written[0]}"
    written[1:] = [rf"&\qquad {row}" for row in written[1:]]
    if line.beside:
        written[-1] += rf" \quad {_note(line.beside)}"
    return written


def _note(content: Sequence[Inline]) -> str:
    """What is said beside a line, inside mathematics."""
    pieces: list[str] = []
    for part in content:
        match part:
            case str(text) | Emphasis(text):
                pieces.append(words_latex(text))
            case Code(text):
                pieces.append(code_latex(text))
            case formula:
                pieces.append(formula_latex(formula))
    return "".join(pieces)


def _table(table: Table, math: Mathematics) -> Iterator[str]:
    count = max((len(row) for row in (table.header, *table.rows)), default=0)
    yield _row(table.header, count, math)
    rules = ["--:" if table.aligned[i : i + 1] == "r" else ":--" for i in range(count)]
    yield f"| {' | '.join(rules)} |"
    for row in table.rows:
        yield _row(row, count, math)


def _row(cells: tuple[tuple[Inline, ...], ...], count: int, math: Mathematics) -> str:
    written = [_cell(cell, math) for cell in cells] + [""] * (count - len(cells))
    return f"| {' | '.join(written)} |"


def _cell(content: tuple[Inline, ...], math: Mathematics) -> str:
    """A cell: a bar in prose is escaped already, one in code or in a formula is escaped for the table alone."""
    return re.sub(r"(?<!\\)\|", r"\\|", _inline(content, math))
