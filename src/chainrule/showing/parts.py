"""The one tree of parts that every output is lowered from.

    document ::= Document(title, block*)
    block    ::= Section(title, block*) | Equation | Paragraph | Definitions(item*) | Table | Listing | Notice
    inline   ::= str | Code | Emphasis | Formula

Nothing here knows a terminal from a page. `id` is the stable address of a part ("backward/w5", "forward/node_1_output/2"):
links, golden files and the JSON output use it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from chainrule.working.notation import Formula

Tone: TypeAlias = Literal["plain", "good", "bad", "doubt", "quiet"]


@dataclass(frozen=True)
class Code:
    """A piece of the user's program or of a command line."""

    text: str


@dataclass(frozen=True)
class Emphasis:
    """Words that matter: a verdict in its tone."""

    text: str
    tone: Tone = "plain"


Inline: TypeAlias = str | Code | Emphasis | Formula


@dataclass(frozen=True)
class Line:
    """One "= formula" of an equation, with what is said beside it ("because input2 is 0")."""

    formula: Formula
    beside: tuple[Inline, ...] = ()
    relation: Literal["=", "≈", "←", "→"] = "="


@dataclass(frozen=True)
class Equation:
    """left = line = line = …, the relations aligned under each other."""

    id: str
    left: Formula
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Paragraph:
    """A sentence or a few."""

    content: tuple[Inline, ...]
    id: str = ""


@dataclass(frozen=True)
class Item:
    """A term and what is said of it: a claim and its verdict."""

    id: str
    term: tuple[Inline, ...]
    paragraphs: tuple[tuple[Inline, ...], ...]


@dataclass(frozen=True)
class Definitions:
    """Terms, each with what is said of it beside."""

    items: tuple[Item, ...]


@dataclass(frozen=True)
class Table:
    """A table whose cells are inline content; `aligned` holds "l" or "r" for each column."""

    header: tuple[tuple[Inline, ...], ...]
    rows: tuple[tuple[tuple[Inline, ...], ...], ...]
    aligned: str
    id: str = ""


@dataclass(frozen=True)
class Listing:
    """Lines of source code, shown as they are."""

    text: str
    language: str = "python"


@dataclass(frozen=True)
class Notice:
    """Something the reader must know about how the program was read: a skipped cell, a budget that ran out."""

    content: tuple[Inline, ...]
    tone: Tone = "doubt"


@dataclass(frozen=True)
class Section:
    """Blocks under a title."""

    id: str
    title: str
    blocks: tuple[Block, ...]


Block: TypeAlias = Section | Equation | Paragraph | Definitions | Table | Listing | Notice


@dataclass(frozen=True)
class Document:
    """The whole solution."""

    title: str
    blocks: tuple[Block, ...]
