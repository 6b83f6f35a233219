"""Calls written out: a graph in, the same graph with the bodies of some functions in place of their calls."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from chainrule.graph.build import Builder
from chainrule.graph.records import Graph, Name, Node


def inline(graph: Graph, titles: Collection[str] | None = None) -> tuple[Graph, Mapping[int, int]]:
    """Replace calls of the functions named (all, for None) by what they compute.

    Returns the new graph, and where each node of the old one stands in it: a call's node becomes an alias of the body's
    result and keeps its name.
    """
    builder = Builder()
    place: dict[int, int] = {}
    for index, node in enumerate(graph.nodes):
        inputs = tuple(place[i] for i in node.inputs)
        if node.op == "call" and (titles is None or node.attributes["function"].title in titles):
            place[index] = _body(builder, node, inputs)
        else:
            place[index] = builder.append(replace(node, inputs=inputs))
    outputs = [place[i] for i in graph.outputs]
    made = replace(builder.finish(outputs, graph.title, graph.primes), inputs=tuple(place[i] for i in graph.inputs))
    return made, place


def _body(builder: Builder, call: Node, inputs: tuple[int, ...]) -> int:
    function: Graph = call.attributes["function"]
    place = dict(zip(function.inputs, inputs, strict=True))
    for index, node in enumerate(function.nodes):
        if index in place:
            continue
        moved = tuple(place[i] for i in node.inputs)
        if node.op in ("constant", "call"):
            place[index] = builder.append(replace(node, inputs=moved, source=call.source))
        else:
            place[index] = builder.add(node.op, moved, **node.attributes)
            made = builder.nodes[place[index]]
            builder.nodes[place[index]] = replace(made, dtype=node.dtype, source=call.source)
    result = place[function.outputs[0]]
    name: Name | None = call.name
    return builder.append(Node("alias", (result,), {}, call.shape, call.dtype, name, call.source))
