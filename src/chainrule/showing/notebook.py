"""The document as a Jupyter notebook: a cell of Markdown for each section, and a cell of code for each piece of Python.

The ids of the cells come from the ids of the parts, so the same solution always makes the same notebook.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from chainrule.showing.markdown import blocks_markdown, heading, text_markdown
from chainrule.showing.parts import Block, Document, Listing, Section

if TYPE_CHECKING:
    from nbformat import NotebookNode

LONGEST_ID: Final = 64
METADATA: Final = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


@dataclass(frozen=True)
class Cell:
    """A cell before it is one of nbformat's."""

    id: str
    kind: Literal["markdown", "code"]
    source: str


def to_notebook(document: Document) -> NotebookNode:
    """The document as a notebook of format 4; its code cells have not been run."""
    from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

    made = {"markdown": new_markdown_cell, "code": new_code_cell}
    new = [made[cell.kind](cell.source, id=cell.id) for cell in cells(document)]  # type: ignore[no-untyped-call]
    return new_notebook(cells=new, metadata={key: dict(value) for key, value in METADATA.items()})  # type: ignore[no-any-return, no-untyped-call]


def cells(document: Document) -> list[Cell]:
    """The title and what stands before the first section, then each section, cut where code is to run."""
    found: list[Cell] = []
    taken: set[str] = set()
    leading = f"# {text_markdown(document.title)}" if document.title else ""
    loose: list[Block] = []
    groups: list[tuple[str, str, list[Block]]] = [("title", leading, loose)]
    for block in document.blocks:
        if isinstance(block, Section):
            groups.append((block.id, "", [block]))
        else:
            groups[-1][2].append(block)
    for part, first, blocks in groups:
        for kind, source in _cut(first, blocks):
            found.append(Cell(_free(cell_id(part), taken), kind, source))
    return found


def cell_id(part: str) -> str:
    """An id that nbformat allows; parts that differ keep ids that differ."""
    plain = re.sub(r"[^A-Za-z0-9_-]", "-", part)
    if plain == part and 0 < len(part) < LONGEST_ID - 8:
        return part
    return f"{plain[: LONGEST_ID - 18]}-{hashlib.sha256(part.encode('utf-8', 'replace')).hexdigest()[:8]}"


def _free(wanted: str, taken: set[str]) -> str:
    """The id itself, or with the first number that makes it one of its own."""
    free, count = wanted, 1
    while free in taken:
        count += 1
        free = f"{wanted}-{count}"
    taken.add(free)
    return free


def _cut(first: str, blocks: Iterable[Block]) -> Iterator[tuple[Literal["markdown", "code"], str]]:
    """Markdown gathered up to each piece of Python, and that piece."""
    gathered = [first] if first else []
    for piece in _pieces(blocks, 2):
        if isinstance(piece, str):
            gathered.append(piece)
            continue
        if gathered:
            yield "markdown", "\n\n".join(gathered)
        gathered = []
        yield "code", piece.text.rstrip("\n")
    if gathered:
        yield "markdown", "\n\n".join(gathered)


def _pieces(blocks: Iterable[Block], level: int) -> Iterator[str | Listing]:
    for block in blocks:
        match block:
            case Section(_, title, inner):
                yield heading(title, level)
                yield from _pieces(inner, level + 1)
            case Listing(_, "python"):
                yield block
            case _:
                yield from blocks_markdown((block,), level)
