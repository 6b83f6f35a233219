"""Inline content on one line of plain text, and how wide it is."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from chainrule.showing.parts import Code, Emphasis, Inline
from chainrule.working.one_line import formula_text


def inline_text(content: Iterable[Inline]) -> str:
    """Inline content on one line, without its tones."""
    return "".join(_piece(part) for part in content)


def columns(text: str) -> int:
    """How many columns of a terminal the text takes: wide letters take two, combining marks none."""
    if text.isascii():
        return len(text)
    return sum(_column(letter) for letter in text)


def _piece(part: Inline) -> str:
    match part:
        case str():
            return part
        case Code(text) | Emphasis(text):
            return text
        case formula:
            return formula_text(formula)


def _column(letter: str) -> int:
    if unicodedata.combining(letter):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1
