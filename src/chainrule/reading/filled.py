"""Data that a long loop fills in entry by entry, `onehot[i, labels[i]] = 1`, is read as the array that comes of it.

Every store is a new array in the graph: ten thousand of them would hold ten thousand arrays, of which one is used.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from chainrule.graph.ops import OPS
from chainrule.graph.records import Graph, Node

LONG = 100
NEVER = ("guard", "opaque", "call")


@dataclass(frozen=True)
class Filled:
    """The graph in which arrays that were `filled` are leaves; what they went through (`gone`) is no longer in it."""

    graph: Graph
    leaves: Mapping[int, Any]
    filled: frozenset[int] = frozenset()
    gone: frozenset[int] = frozenset()


def with_filled_arrays(graph: Graph, leaves: Mapping[int, Any], held: Collection[int]) -> Filled:
    """Read long chains of stores of constants as leaves; nodes that are `held` from elsewhere keep their values."""
    nodes = graph.nodes
    if sum(node.op == "store" for node in nodes) < LONG:
        return Filled(graph, leaves)
    users: dict[int, list[int]] = {}
    for i, node in enumerate(nodes):
        for source in node.inputs:
            users.setdefault(source, []).append(i)
    chains = _chains(nodes, users)
    made = {i for members in chains for i in members}
    ends = {i for i in made if i in held or any(user not in made for user in users.get(i, ()))}
    ends |= {members[-1] for members in chains}
    found = _values(nodes, leaves, sorted(made), users, ends)
    nothing = Node("constant", (), {"value": 0.0})
    left = {
        i: replace(nodes[i], op="input", inputs=(), attributes={}) if i in ends else replace(nothing, source=nodes[i].source)
        for i in made
    }
    whole = replace(
        graph, nodes=tuple(left.get(i, node) for i, node in enumerate(nodes)), inputs=tuple(sorted({*graph.inputs, *ends}))
    )
    return Filled(whole, {**leaves, **found}, frozenset(ends), frozenset(made - ends))


def _chains(nodes: tuple[Node, ...], users: Mapping[int, list[int]]) -> list[list[int]]:
    """What is made of one leaf that nothing else uses, of constants and of nothing else, with many stores."""
    base: dict[int, int | None] = {}  # the one leaf that a node is made of; None where it is made of constants
    members: dict[int, list[int]] = {}
    for i, node in enumerate(nodes):
        if node.op == "constant":
            base[i] = None
        elif node.op == "input" and node.shape:
            base[i] = i
        elif node.op not in NEVER and node.op != "input" and all(s in base for s in node.inputs):
            bases = {b for s in node.inputs if (b := base[s]) is not None}
            if len(bases) < 2:
                base[i] = next(iter(bases), None)
            for leaf in bases if len(bases) == 1 else ():
                members.setdefault(leaf, []).append(i)
    return [
        found
        for leaf, found in members.items()
        if sum(nodes[i].op == "store" for i in found) >= LONG
        and nodes[found[-1]].op == "store"
        and set(found).issuperset(users[leaf])
    ]


def _values(
    nodes: tuple[Node, ...], leaves: Mapping[int, Any], made: list[int], users: Mapping[int, list[int]], ends: Collection[int]
) -> dict[int, Any]:
    """The values of the `ends`; an array that nothing reads again is stored into where it is."""
    values: dict[int, Any] = {}
    own: set[int] = set()

    def value_of(i: int) -> Any:
        node = nodes[i]
        if i in values:
            return values[i]
        if node.op in ("constant", "input"):
            return node.attributes["value"] if node.op == "constant" else leaves[i]
        given = [value_of(s) for s in node.inputs]
        first = node.inputs[0]
        if node.op == "store" and first in own and first not in ends and max(users[first]) == i and _fits(given):
            given[0][node.attributes["key"]] = given[1]
            result = given[0]
        else:
            result = OPS[node.op].value(*given, **node.attributes)
            result = result.copy() if isinstance(result, np.ndarray) and result.base is not None else result
        if isinstance(result, np.ndarray):
            own.add(i)
        for source in node.inputs:
            if source not in ends and users[source][-1] <= i:
                values.pop(source, None)
        return result

    with np.errstate(all="ignore"):
        for i in made:
            values[i] = value_of(i)
    return {i: values[i] for i in ends}


def _fits(given: list[Any]) -> bool:
    """Whether a store keeps the array's type."""
    return bool(np.result_type(given[0], np.asarray(given[1])) == given[0].dtype)
