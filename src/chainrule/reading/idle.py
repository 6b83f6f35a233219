"""Branches that only count: `if prediction == label: correct += 1`. Whichever way they go, no derivative is another."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator

from chainrule.graph.reach import ancestors, descendants
from chainrule.reading.sources import NOT_PYTHON, parsed
from chainrule.reading.trace import Trace


def idle_guards(trace: Trace, needed: Collection[int]) -> set[int]:
    """The guards of branches in which nothing is done but to count in names that none of the `needed` nodes is made with."""
    nodes = trace.graph.nodes
    counting: dict[tuple[int | None, int], frozenset[str]] = {}
    for cell in trace.program.cells:
        for line, names in _counting(cell.code):
            counting[cell.number, line] = names
    if not counting:
        return set()
    bound: dict[str, list[int]] = {}
    for binding in trace.bindings:
        bound.setdefault(binding.name.text, []).append(binding.node)
    made_with = ancestors(trace.graph, needed)
    found: set[int] = set()
    idle: dict[frozenset[str], bool] = {}
    for i, node in enumerate(nodes):
        source = node.source
        if node.op != "guard" or source is None or source.file:
            continue
        names = counting.get((source.cell, source.line), frozenset())
        if names and names not in idle:
            held = [k for name in names for k in bound.get(name, ())]
            after = descendants(trace.graph, held)
            idle[names] = (
                all(name in bound for name in names)
                and made_with.isdisjoint(held)
                and not any(nodes[k].op == "guard" for k in after)
            )
        if names and idle[names]:
            found.add(i)
    return found


def _counting(code: str) -> Iterator[tuple[int, frozenset[str]]]:
    """The lines of tests of `if` statements that only count, with the names they count in."""
    try:
        tree = parsed(code)
    except NOT_PYTHON:
        return
    for statement in ast.walk(tree):
        if isinstance(statement, ast.If) and statement.body[0].lineno > (statement.test.end_lineno or statement.lineno):
            names = _counted([*statement.body, *statement.orelse])
            if names:
                yield from (
                    (line, frozenset(names)) for line in range(statement.test.lineno, (statement.test.end_lineno or 0) + 1)
                )


def _counted(statements: list[ast.stmt]) -> set[str] | None:
    """The names that statements count in; None where they do anything else."""
    found: set[str] = set()
    for statement in statements:
        match statement:
            case ast.AugAssign(target=ast.Name(id=name), op=ast.Add() | ast.Sub(), value=ast.Constant(value=int() | float())):
                found.add(name)
            case ast.Assign(
                targets=[ast.Name(id=name)],
                value=ast.BinOp(
                    left=ast.Name(id=same), op=ast.Add() | ast.Sub(), right=ast.Constant(value=int() | float())
                ),
            ) if same == name:  # fmt: skip
                found.add(name)
            case ast.If(body=body, orelse=orelse):
                inner = _counted([*body, *orelse])
                if inner is None:
                    return None
                found |= inner
            case ast.Pass():
                pass
            case _:
                return None
    return found
