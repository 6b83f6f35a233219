"""Pieces of a line in their tones, and wrapping them: what the text output is laid out with."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

from chainrule.showing.inline_text import columns
from chainrule.showing.parts import Code, Emphasis, Inline, Tone
from chainrule.working.one_line import formula_text

KEPT_WHOLE: Final = 24
"""A formula inside a sentence is kept on one line up to this many columns."""


@dataclass(frozen=True)
class Span:
    """A piece of a line. `strong` marks titles and emphasis; `code` a piece of a program."""

    text: str
    tone: Tone = "plain"
    strong: bool = False
    code: bool = False


TextRow: TypeAlias = tuple[Span, ...]


def breadth(row: Iterable[Span]) -> int:
    """The columns that a row takes."""
    return sum(columns(span.text) for span in row)


def padded(row: TextRow, width: int, *, right: bool = False) -> TextRow:
    """The row filled with spaces up to `width`."""
    missing = width - breadth(row)
    if missing <= 0:
        return row
    space = Span(" " * missing)
    return (space, *row) if right else (*row, space)


def spans(content: Iterable[Inline]) -> TextRow:
    """Inline content as one row."""
    return tuple(_span(part) for part in content)


def wrapped(content: Iterable[Inline], width: int) -> list[TextRow]:
    """Inline content on rows of at most `width` columns; a word longer than that stands alone."""
    rows: list[TextRow] = []
    row: list[Span] = []
    used = 0
    for gap, word in _words(content):
        size = len(gap) + breadth(word)
        if "\n" in gap or (row and used + size > width):
            rows.append(tuple(row))
            row, used = [*word], breadth(word)
        else:
            row += [Span(gap), *word] if gap and row else word
            used += size if len(row) > len(word) else breadth(word)
    if row:
        rows.append(tuple(row))
    return rows


def _words(content: Iterable[Inline]) -> Iterator[tuple[str, TextRow]]:
    """The words, each with the space before it; what touches without a space is one word."""
    gap, word = "", list[Span]()
    for part in content:
        span = _span(part)
        whole = not isinstance(part, (str, Code, Emphasis)) and columns(span.text) <= KEPT_WHOLE
        for piece in [span.text] if whole else re.split(r"([ \n]+)", span.text):
            if piece.strip(" \n"):
                word.append(replace(span, text=piece))
            elif piece:
                if word:
                    yield gap, tuple(word)
                    gap, word = "", []
                gap += piece
    if word:
        yield gap, tuple(word)


def _span(part: Inline) -> Span:
    match part:
        case str():
            return Span(part)
        case Code(text):
            return Span(text, code=True)
        case Emphasis(text, tone):
            return Span(text, tone, strong=True)
        case formula:
            return Span(formula_text(formula))
