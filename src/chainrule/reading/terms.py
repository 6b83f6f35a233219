"""A step of several terms in one line: `w = w - lr * dw + momentum * last` is read as w plus one step of two terms."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from chainrule.graph.records import Node
from chainrule.reading.views import root

if TYPE_CHECKING:
    from chainrule.graph.build import Builder

SIGNED = ("add", "subtract")


def one_step(builder: Builder, value: int, is_old: Callable[[int], bool]) -> int:
    """The node of old ± (a ± b), where `value` is old ± a ± b; `value` itself where it is no such sum.

    `is_old` says of a node whether it is what the sum is to replace.
    """
    nodes = builder.nodes
    terms: list[tuple[str, int]] = []
    old = value
    while nodes[old].op in SIGNED and nodes[old].name is None:
        terms.insert(0, (nodes[old].op, nodes[old].inputs[1]))
        old = nodes[old].inputs[0]
    whole = nodes[value]
    if len(terms) < 2 or nodes[old].shape != whole.shape or not is_old(old):
        return value
    (first, step), *rest = terms
    for op, term in rest:
        shape = np.broadcast_shapes(nodes[step].shape, nodes[term].shape)
        step = builder.append(
            Node("add" if op == first else "subtract", (step, term), {}, shape, whole.dtype, None, whole.source)
        )
    return builder.append(Node(first, (old, step), {}, whole.shape, whole.dtype, None, whole.source))


def is_named(builder: Builder, text: str, scope: str) -> Callable[[int], bool]:
    """Whether a node is what a name held."""

    def held(node: int) -> bool:
        name = builder.nodes[root(builder.nodes, node)].name
        return name is not None and (name.text, name.scope) == (text, scope)

    return held


def is_entry(builder: Builder, whole: int, key: Any) -> Callable[[int], bool]:
    """Whether a node is the entry of an array that a key picks."""

    def held(node: int) -> bool:
        entry = builder.nodes[node]
        return entry.op == "index" and _equal(entry.attributes["key"], key) and _alike(builder.nodes, entry.inputs[0], whole)

    return held


def _alike(nodes: Sequence[Node], one: int, other: int) -> bool:
    """Whether two nodes are the same row of the same array."""
    a, b = nodes[one], nodes[other]
    both_rows = a.op == b.op == "index" and _equal(a.attributes["key"], b.attributes["key"])
    return one == other or (both_rows and _alike(nodes, a.inputs[0], b.inputs[0]))


def _equal(key: Any, other: Any) -> bool:
    return repr(key) == repr(other)
