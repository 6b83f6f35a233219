"""A parameter that starts as the copy of another, `W2 = W1.copy()`, and is stepped apart from it: a parameter of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from chainrule.graph.records import Graph
from chainrule.reading.updates import find_updates
from chainrule.reading.views import SAME_PLACE


def with_copies_apart(graph: Graph, leaves: Mapping[int, Any]) -> tuple[Graph, Mapping[int, Any]]:
    """The graph in which such copies are leaves. Two steps from the values that one leaf had are steps of two parameters."""
    nodes = graph.nodes
    copies = {i: n.inputs[0] for i, n in enumerate(nodes) if n.op == "alias" and n.name is not None}
    copies = {i: leaf for i, leaf in copies.items() if nodes[leaf].op == "input" and nodes[leaf].dtype == "real"}
    if not copies:
        return graph, leaves
    stepped: dict[int, set[int]] = {}  # of each leaf, what it was stepped as: itself, or one of its copies
    for update in find_updates(nodes):
        at = update.old
        while nodes[at].op in SAME_PLACE and at not in copies:
            at = nodes[at].inputs[0]
        stepped.setdefault(copies.get(at, at), set()).add(at)
    apart = {i for leaf, as_what in stepped.items() if len(as_what) > 1 for i in as_what - {leaf}}
    if not apart:
        return graph, leaves
    whole = tuple(replace(n, op="input", inputs=(), attributes={}) if i in apart else n for i, n in enumerate(nodes))
    own = {i: leaves[copies[i]] for i in apart}
    return replace(graph, nodes=whole, inputs=tuple(sorted({*graph.inputs, *apart}))), {**leaves, **own}
