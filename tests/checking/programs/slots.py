"""Expressions with places where a known mistake can be made: what a planted program is written from."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

_keys = itertools.count()


@dataclass(frozen=True)
class Option:
    """A mistaken text for a slot; {} stands for what was there. `needs` is a parameter updated before the line."""

    kind: str
    text: str
    needs: str = ""


@dataclass(frozen=True)
class Slot:
    """A piece of an expression, made of texts and further slots, and the mistakes that can be made in it."""

    key: int
    pieces: tuple[Piece, ...]
    options: tuple[Option, ...]


Piece: TypeAlias = "str | Slot"
Edits: TypeAlias = Mapping[int, Option]


def slot(*pieces: Piece, options: tuple[Option, ...] = ()) -> Slot:
    return Slot(
        next(_keys), pieces, tuple(o for o in options if o.needs or o.text != "".join(p for p in pieces if isinstance(p, str)))
    )


def render(piece: Piece, edits: Edits) -> str:
    if isinstance(piece, str):
        return piece
    text = "".join(render(p, edits) for p in piece.pieces)
    return edits[piece.key].text.replace("{}", text) if piece.key in edits else text


def slots_of(piece: Piece) -> Iterator[Slot]:
    if isinstance(piece, Slot):
        yield piece
        for inner in piece.pieces:
            yield from slots_of(inner)


@dataclass(frozen=True)
class Step:
    """One assignment: `target` is its canonical name, `text` its left side, `right` its right side."""

    target: str
    text: str
    right: Slot
    with_respect_to: str = ""


def mentions(text: str, name: str) -> bool:
    return re.search(rf"(?<![\w.]){re.escape(name)}(?!\w)", text) is not None
