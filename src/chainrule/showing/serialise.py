"""The tree of parts as plain data for JSON: a record for each part, its `kind` the name of its kind in small letters.

A formula is written three times, {"kind": "formula", "text": …, "latex": …, "tree": …}, the tree being records again.
"""

from __future__ import annotations

from dataclasses import fields
from typing import Any, TypeAlias, assert_never

from chainrule.showing.formula_latex import formula_latex
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
from chainrule.working.notation import Formula
from chainrule.working.one_line import formula_text

Record: TypeAlias = dict[str, object]


def to_json_parts(document: Document) -> Record:
    """The document as dictionaries, lists, strings and numbers."""
    return {"kind": "document", "title": document.title, "blocks": [_block(block) for block in document.blocks]}


def formula_record(formula: Formula) -> Record:
    """A formula as it is read, as it is typeset, and as a tree."""
    return {"kind": "formula", "text": formula_text(formula), "latex": formula_latex(formula), "tree": tree(formula)}


def tree(part: Any) -> Any:
    """A formula as records: {"kind": "symbol", "text": "w5", …}; a reduction's own kind is its `operation`."""
    match part:
        case tuple():
            return [tree(item) for item in part]
        case None | str() | int():
            return part
        case _:
            named = {"operation" if f.name == "kind" else f.name: tree(getattr(part, f.name)) for f in fields(part)}
            return {"kind": type(part).__name__.lower(), **named}


def _block(block: Block) -> Record:
    match block:
        case Section(id, title, blocks):
            return {"kind": "section", "id": id, "title": title, "blocks": [_block(b) for b in blocks]}
        case Equation(id, left, lines):
            return {"kind": "equation", "id": id, "left": formula_record(left), "lines": [_line(line) for line in lines]}
        case Paragraph(content, id):
            return {"kind": "paragraph", "id": id, "content": _inline(content)}
        case Definitions(items):
            return {"kind": "definitions", "items": [_item(item) for item in items]}
        case Table(header, rows, aligned, id):
            cells = [[_inline(cell) for cell in row] for row in rows]
            return {"kind": "table", "id": id, "header": [_inline(c) for c in header], "rows": cells, "aligned": aligned}
        case Listing(text, language):
            return {"kind": "listing", "text": text, "language": language}
        case Notice(content, tone):
            return {"kind": "notice", "tone": tone, "content": _inline(content)}
        case _:
            assert_never(block)


def _item(item: Item) -> Record:
    said = [_inline(paragraph) for paragraph in item.paragraphs]
    return {"kind": "item", "id": item.id, "term": _inline(item.term), "paragraphs": said}


def _line(line: Line) -> Record:
    return {
        "kind": "line",
        "relation": line.relation,
        "formula": formula_record(line.formula),
        "beside": _inline(line.beside),
    }


def _inline(content: tuple[Inline, ...]) -> list[object]:
    """Inline content: plain prose stays a string."""
    return [_piece(part) for part in content]


def _piece(part: Inline) -> object:
    match part:
        case str():
            return part
        case Code(text):
            return {"kind": "code", "text": text}
        case Emphasis(text, tone):
            return {"kind": "emphasis", "text": text, "tone": tone}
        case formula:
            return formula_record(formula)
