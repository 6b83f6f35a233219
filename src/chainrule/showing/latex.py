"""The document as a LaTeX article that pdflatex compiles with what a basic installation brings.

Text from outside ASCII stays readable in the source: the preamble declares each character that occurs. Equations are
broken by the one algorithm of `breaking`, since TeX breaks no line of an alignment itself.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, assert_never

from chainrule.showing.breaking import broken, in_one_line
from chainrule.showing.formula_latex import GREEK, OPERATORS, formula_latex, row_latex
from chainrule.showing.inline_text import columns, inline_text
from chainrule.showing.parts import (
    Block,
    Code,
    Definitions,
    Document,
    Emphasis,
    Equation,
    Inline,
    Line,
    Listing,
    Notice,
    Paragraph,
    Section,
    Table,
    Tone,
)
from chainrule.showing.typeset import typeset_width, width

LINE: Final = 80.0
"""The width of a line of text in widths of a digit."""

WIDEST_LEFT: Final = 30.0
"""Left sides wider than this stand on a line of their own."""

NOTE_LETTER: Final = 0.85
"""The width of a letter of a note, which is set smaller."""

WIDEST_CELL: Final = 16
"""Tables of cells this narrow are scaled down where they are too wide; others wrap."""

PREAMBLE: Final = r"""\documentclass[11pt,a4paper,fleqn]{article}
\usepackage[margin=25mm]{geometry}
\IfFileExists{lmodern.sty}{\usepackage[T1]{fontenc}\usepackage{lmodern}}{}
\usepackage{amsmath,amssymb,array,longtable,booktabs,graphicx,xcolor}
\definecolor{good}{HTML}{1A7F37}
\definecolor{bad}{HTML}{B3261E}
\definecolor{doubt}{HTML}{8A5A00}
\definecolor{quiet}{HTML}{5F6368}
\setlength{\parindent}{0pt}
\setlength{\parskip}{0.5em}
\setlength{\mathindent}{0pt}
\setlength{\LTleft}{0pt}
\setlength{\emergencystretch}{3em}
\setlength{\jot}{4pt}
\AtBeginDocument{\setlength{\abovedisplayskip}{2pt}\setlength{\belowdisplayskip}{4pt}}
\allowdisplaybreaks
\raggedbottom
"""
HEADINGS: Final = ("section", "subsection", "subsubsection", "paragraph")
SIGNS: Final = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\{",
        "}": r"\}",
        "_": r"\_",
        "%": r"\%",
        "&": r"\&",
        "#": r"\#",
        "$": r"\$",
        "^": r"\textasciicircum{}",
        "~": r"\textasciitilde{}",
        "|": r"\textbar{}",
        "<": r"\textless{}",
        ">": r"\textgreater{}",
        "`": r"\textasciigrave{}",
        '"': r"{\char34}",
        "[": "{[}",
        "]": "{]}",
    }
)
ACCENTS: Final = {
    "\u0300": "`", "\u0301": "'", "\u0302": "^", "\u0303": "~", "\u0304": "=", "\u0306": "u", "\u0307": ".",
    "\u0308": '"', "\u030a": "r", "\u030b": "H", "\u030c": "v", "\u0327": "c",
}  # fmt: skip
CHARACTERS: Final = {
    "\u00a0": "~", "–": "--", "—": "---", "‘": "`", "’": "'", "“": "``", "”": "''", "…": r"\dots{}", "•": r"\textbullet{}",
    "ß": r"\ss{}", "æ": r"\ae{}", "Æ": r"\AE{}", "ø": r"\o{}", "Ø": r"\O{}", "œ": r"\oe{}", "Œ": r"\OE{}", "ł": r"\l{}",
    "Ł": r"\L{}", "ı": r"\i{}", "°": r"\textdegree{}", "€": r"\texteuro{}", "£": r"\pounds{}", "§": r"\S{}",
}  # fmt: skip
MATHEMATICS: Final = {
    "−": "-", "·": r"\cdot", "×": r"\times", "÷": r"\div", "±": r"\pm", "⊙": r"\odot", "⊗": r"\otimes", "∂": r"\partial",
    "∇": r"\nabla", "√": r"\surd", "∞": r"\infty", "≈": r"\approx", "≤": r"\leq", "≥": r"\geq", "≠": r"\neq",
    "←": r"\leftarrow", "→": r"\rightarrow", "↔": r"\leftrightarrow", "⇒": r"\Rightarrow", "∈": r"\in", "∑": r"\sum",
    "∏": r"\prod", "′": "'", "″": "''", "✓": r"\checkmark", "✗": r"\times", "ᵀ": r"^{\mathsf{T}}", "⁻": "^{-}", "½": r"\frac12",
    "µ": r"\mu", "ϕ": r"\phi", "ϵ": r"\epsilon",
    **{letter: rf"\{name}" for letter, name in GREEK.items()},
    **{letter: f"^{{{i}}}" for i, letter in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")},
    **{letter: f"_{{{i}}}" for i, letter in enumerate("₀₁₂₃₄₅₆₇₈₉")},
}  # fmt: skip


def to_latex(document: Document) -> str:
    """The document as the source of an article."""
    body = [rf"\section*{{\LARGE {text_latex(document.title)}}}", ""] if document.title else []
    body += _blocks(document.blocks, 0)
    text = "\n".join(body)
    declared = "".join(f"{_declaration(letter)}\n" for letter in sorted({c for c in text if not c.isascii()}))
    return f"{PREAMBLE}{declared}\\begin{{document}}\n{text}\n\\end{{document}}\n"


def text_latex(text: str) -> str:
    """Prose in text mode."""
    return _printable(text).translate(SIGNS).replace("--", "-{}-")


def code_latex(text: str) -> str:
    """Code in text mode; a line may break after its operators and underscores."""
    written = _printable(text).translate(SIGNS).replace("'", r"\textquotesingle{}").replace("--", "-{}-").replace("  ", r"\ \ ")
    breakable = re.sub(r"(\\_|[.,(=*/+])(?=[^ ])", lambda found: found[0] + r"\allowbreak{}", written)
    return rf"\texttt{{{breakable}}}"


def _printable(text: str) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in text)


def _declaration(letter: str) -> str:
    """What a character from outside ASCII prints: itself, its base letter, or its number where no basic font has it."""
    if letter in MATHEMATICS:
        shown = rf"\ensuremath{{{MATHEMATICS[letter]}}}"
    elif letter in CHARACTERS:
        shown = CHARACTERS[letter]
    else:
        base, *marks = tuple(unicodedata.normalize("NFKD", letter))
        if unicodedata.combining(letter) or unicodedata.category(letter) == "Cf":
            shown = ""
        elif len(marks) == 1 and marks[0] in ACCENTS and base.isascii():
            shown = rf"\{ACCENTS[marks[0]]}{{{base}}}"
        elif base.isascii() and base.isalnum() and not marks:
            shown = base
        else:
            shown = f"{{[}}U+{ord(letter):04X}{{]}}"
    return rf"\DeclareUnicodeCharacter{{{ord(letter):04X}}}{{{shown}}}"


def _inline(content: Iterable[Inline]) -> str:
    return "".join(_piece(part) for part in content)


def _piece(part: Inline) -> str:
    match part:
        case str():
            return text_latex(part)
        case Code(text):
            return code_latex(text)
        case Emphasis(text, tone):
            return _toned(text_latex(text), tone)
        case formula:
            return f"${formula_latex(formula)}$"


def _toned(text: str, tone: Tone) -> str:
    match tone:
        case "plain":
            return rf"\textbf{{{text}}}"
        case "quiet":
            return rf"\textcolor{{quiet}}{{{text}}}"
        case _:
            return rf"\textcolor{{{tone}}}{{\textbf{{{text}}}}}"


def _blocks(blocks: Sequence[Block], level: int) -> Iterator[str]:
    for block in blocks:
        yield from _block(block, level)
        yield ""


def _block(block: Block, level: int) -> Iterator[str]:
    match block:
        case Section(_, title, blocks):
            yield rf"\{HEADINGS[min(level, len(HEADINGS) - 1)]}*{{{text_latex(title)}}}"
            yield from _blocks(blocks, level + 1)
        case Equation():
            yield from _equation(block)
        case Paragraph(content):
            yield _inline(content)
        case Definitions(items):
            yield r"\begin{description}"
            for item in items:
                said = " \\par\n".join(_inline(p) for p in item.paragraphs)
                yield rf"\item[{{{_inline(item.term)}}}] {said}"
            yield r"\end{description}"
        case Table():
            yield from _table(block)
        case Listing(text):
            yield r"\begin{quote}\small\raggedright"
            yield " \\\\\n".join(r"\mbox{}" + code_latex(line) for line in text.expandtabs(4).splitlines())
            yield r"\end{quote}"
        case Notice(content, tone):
            yield r"\begin{quote}"
            yield rf"\textcolor{{{tone if tone != 'plain' else 'black'}}}{{\textbf{{Note.}}}} {_inline(content)}"
            yield r"\end{quote}"
        case _:
            assert_never(block)


def _equation(equation: Equation) -> Iterator[str]:
    joined = in_one_line(equation) if equation.lines else None
    if joined is not None and width(joined.left) + width(joined.lines[0].formula) + 4 <= LINE:
        equation = joined
    apart = width(equation.left) > WIDEST_LEFT
    margin = 4.0 if apart else width(equation.left)
    rows: list[str] = [f"& {formula_latex(equation.left)}"] if apart else []
    for i, line in enumerate(equation.lines):
        before = r"&\qquad" if apart else f"{formula_latex(equation.left)} &" if not i else "&"
        rows += _line(line, before, margin)
    yield r"\begin{align*}"
    yield " \\\\\n".join(rows or [formula_latex(equation.left)])
    yield r"\end{align*}"


def _line(line: Line, before: str, margin: float) -> Iterator[str]:
    """The rows of "= formula", the note beside the last of them where there is room, below it otherwise."""
    room = LINE - margin - 3.0
    relation = OPERATORS[line.relation].strip()
    rows = broken(line.formula, room, room - 4.0, typeset_width)
    widths = [sum(map(typeset_width, row)) for row in rows]
    written = [formula_latex(line.formula)] if len(rows) == 1 else [row_latex(row) for row in rows]
    for i, (row, wide) in enumerate(zip(written, widths, strict=True)):
        free = room - 4.0 * bool(i)
        fitting = row if wide <= free else rf"\resizebox{{{free / LINE:.3f}\textwidth}}{{!}}{{$\displaystyle {row}$}}"
        written[i] = f"{before}{relation} {fitting}" if not i else rf"&\qquad {fitting}"
    if line.beside:
        note = rf"\small {_inline(line.beside).strip()}"
        if widths[-1] + 4.0 * (len(rows) > 1) + NOTE_LETTER * columns(inline_text(line.beside)) + 4 <= room:
            written[-1] += rf" \qquad\text{{{note}}}"
        else:
            written.append(rf"&\qquad\parbox[t]{{{(room - 6) / LINE:.3f}\textwidth}}{{\raggedright{note}}}")
    yield from written


def _table(table: Table) -> Iterator[str]:
    """A table over as many pages as it needs; one of many narrow columns is scaled to the width of the page."""
    has_header = any(inline_text(cell).strip() for cell in table.header)
    shown = [*((table.header,) if has_header else ()), *table.rows]
    count = max((len(row) for row in shown), default=0)
    if not count:
        return
    widths = [max((columns(inline_text(row[i])) for row in shown if i < len(row)), default=0) for i in range(count)]
    scaled = sum(widths) + 2.4 * count > LINE and max(widths) <= WIDEST_CELL
    specification = "".join(_columns(widths, table.aligned)) if not scaled else table.aligned.ljust(count, "l")[:count]
    environment = "tabular" if scaled else "longtable"
    yield (r"\resizebox{\textwidth}{!}{" if scaled else "") + rf"\begin{{{environment}}}{{@{{}}{specification}@{{}}}}"
    yield r"\toprule"
    if has_header:
        yield " & ".join(rf"\textbf{{{_inline(cell)}}}" for cell in table.header) + r" \\"
        yield r"\midrule" + ("" if scaled else r"\endhead")
    for row in table.rows:
        yield " & ".join(_inline(cell) for cell in row) + r" \\"
    yield r"\bottomrule"
    yield rf"\end{{{environment}}}" + ("}" if scaled else "")


def _columns(widths: Sequence[int], aligned: str) -> Iterator[str]:
    """Columns as wide as they need; where the line has no room for that, the wide ones share what the narrow ones leave."""
    excess = sum(widths) + 2.4 * len(widths) > LINE
    fair = LINE / len(widths)
    wide = sum(w for w in widths if w > fair)
    left = LINE - sum(w + 2.4 for w in widths if w <= fair) - 2.4 * sum(1 for w in widths if w > fair)
    for i, w in enumerate(widths):
        if excess and w > fair:
            yield rf">{{\raggedright\arraybackslash}}p{{{max(left * w / wide, 6.0) / LINE:.3f}\textwidth}}"
        else:
            yield "r" if aligned[i : i + 1] == "r" else "l"
