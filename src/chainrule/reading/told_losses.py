"""Names that a program's own words say are losses: `print("MSE loss:", accum / 4)`, `costs.append(total)`, `mse = accum / n`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from chainrule.reading.names import STRONG_LOSS
from chainrule.reading.sources import NOT_PYTHON, Program, parsed

FIELD = re.compile(r"\{[^{}]*\}|%[-+ #0]*\d*(?:\.\d+)?[diouxXeEfFgGs]")


def told_losses(program: Program) -> frozenset[str]:
    """The plain names that are shown, kept or carried on as a loss."""
    found: set[str] = set()
    for cell in program.cells:
        try:
            tree = parsed(cell.code)
        except NOT_PYTHON:
            continue
        for node in ast.walk(tree):
            found.update(name for value in _told(node) if (name := _measured(value)))
    return frozenset(found)


def _told(node: ast.AST) -> Iterator[ast.expr]:
    """The expressions that a statement says are losses."""
    match node:
        case ast.Call(func=ast.Name(id="print"), args=args):
            text = ""
            for part in (p for a in args for p in _parts(a)):
                if isinstance(part, str):
                    text = part
                else:
                    if STRONG_LOSS.search(text):
                        yield part
                    text = ""
        case ast.Call(func=ast.Attribute(value=kept, attr="append"), args=[value]) if _says_loss(kept):
            yield value
        case ast.Assign(targets=[target], value=value) if _says_loss(target):
            yield value


def _parts(node: ast.expr) -> Iterator[str | ast.expr]:
    """What a line shows, its words and its values by turns."""
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.JoinedStr(values=values):
            for value in values:
                yield from _parts(value)
        case ast.FormattedValue(value=value):
            yield value
        case ast.BinOp(left=ast.Constant(value=str(text)), op=ast.Mod(), right=right):
            yield from _filled(text, right.elts if isinstance(right, ast.Tuple) else [right])
        case ast.Call(func=ast.Attribute(value=ast.Constant(value=str(text)), attr="format"), args=args):
            yield from _filled(text, args)
        case ast.BinOp(left=left, op=ast.Add(), right=right) if _joins(node):
            yield from _parts(left)
            yield from _parts(right)
        case ast.Call(func=ast.Name(id="str" | "round" | "float"), args=[value, *_]):
            yield value
        case _:
            yield node


def _filled(text: str, values: list[ast.expr]) -> Iterator[str | ast.expr]:
    for words, value in zip(FIELD.split(text), values, strict=False):
        yield words
        yield value


def _joins(node: ast.expr) -> bool:
    """Whether a sum joins texts: one of them stands there."""
    return any(isinstance(n, ast.Constant) and isinstance(n.value, str) for n in ast.walk(node))


def _says_loss(node: ast.expr) -> bool:
    text = node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
    return bool(STRONG_LOSS.search(text))


def _measured(node: ast.expr) -> str | None:
    """The name of which an expression shows the value, whatever it is divided or multiplied by."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.BinOp(left=left, op=ast.Div()):
            return _measured(left)
        case ast.BinOp(left=ast.Constant(), op=ast.Mult(), right=right):
            return _measured(right)
        case ast.BinOp(left=left, op=ast.Mult(), right=ast.Constant()):
            return _measured(left)
        case ast.Call(func=ast.Name(id="round" | "float"), args=[value, *_]):
            return _measured(value)
    return None
