"""What is computed from what."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from chainrule.graph.records import Graph


def descendants(graph: Graph, sources: Iterable[int], stop: Collection[int] = ()) -> set[int]:
    """The sources, and every node that depends on one of them without going through a node of `stop`."""
    found = set(sources)
    for i, node in enumerate(graph.nodes):
        if i not in stop and any(s in found for s in node.inputs):
            found.add(i)
    return found


def ancestors(graph: Graph, of: Iterable[int], stop: frozenset[int] = frozenset()) -> set[int]:
    """The nodes that `of` is computed from, itself included; nothing beyond a node in `stop`."""
    found: set[int] = set()
    waiting = list(of)
    while waiting:
        index = waiting.pop()
        if index not in found:
            found.add(index)
            if index not in stop:
                waiting.extend(graph.nodes[index].inputs)
    return found


def made_with(graph: Graph, marked: Sequence[int], stop: Collection[int] = ()) -> list[int]:
    """For every node at once, which of the `marked` nodes it is computed from, itself included: bit k stands for marked[k].

    One walk, where `ancestors` of each node in turn would take one for each; as there, nothing beyond a node of `stop`.
    """
    bits = [0] * len(graph.nodes)
    for k, i in enumerate(marked):
        bits[i] |= 1 << k
    for i, node in enumerate(graph.nodes):
        if i not in stop:
            for s in node.inputs:
                bits[i] |= bits[s]
    return bits


def goes_into(graph: Graph, marked: Sequence[int]) -> list[int]:
    """For every node at once, which of the `marked` nodes are computed from it, as bits."""
    bits = [0] * len(graph.nodes)
    for k, i in enumerate(marked):
        bits[i] |= 1 << k
    for i in range(len(graph.nodes) - 1, -1, -1):
        for s in graph.nodes[i].inputs:
            bits[s] |= bits[i]
    return bits
