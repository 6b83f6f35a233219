"""Whether a graph can be computed in fractions, and the graph whose constants are fractions."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from typing import Any

from chainrule.graph.ops import OPS
from chainrule.graph.records import Graph, Node


def inexact_op(graph: Graph, within: Collection[int] | None = None) -> str | None:
    """The first op that has no value in fractions, or None."""
    for index, node in enumerate(graph.nodes):
        if within is not None and index not in within:
            continue
        if node.op == "call":
            found = inexact_op(node.attributes["function"])
            if found:
                return f"{node.attributes['function'].title} (it uses {found})"
        elif node.op in OPS and not OPS[node.op].exact:
            return node.op
        elif node.op == "power":
            exponent = graph.nodes[node.inputs[1]]
            if exponent.op != "constant" or int(exponent.attributes["value"]) != exponent.attributes["value"]:
                return "a power that is no whole number"
    return None


def with_exact_constants(graph: Graph, exactly: Callable[[Any], Any]) -> Graph:
    """The same graph, its constants (those of called functions too) put through `exactly`."""

    def change(node: Node) -> Node:
        if node.op == "constant":
            return replace(node, attributes={"value": exactly(node.attributes["value"])})
        if node.op == "call":
            return replace(node, attributes={"function": with_exact_constants(node.attributes["function"], exactly)})
        return node

    return replace(graph, nodes=tuple(change(n) for n in graph.nodes))
