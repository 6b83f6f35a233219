"""What an optimizer keeps from one step to the next: velocities, running means, sums of squares. None of it is a gradient."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import partial

from chainrule.graph.differentiate import ancestors
from chainrule.graph.records import Graph
from chainrule.reading.names import CARRIED, last, reads_as_derivative
from chainrule.reading.updates import Update, root


def without_kept(graph: Graph, updates: Sequence[Update], before: set[int]) -> tuple[Update, ...]:
    """The updates of parameters: what is not in the loss (`before`), and goes into other steps, is kept by an optimizer."""
    odd = [u for u in updates if root(graph.nodes, u.old) not in before]
    used = {i for u in updates if u not in odd for i in ancestors(graph, [u.step])} if odd else set()
    return tuple(u for u in updates if u not in odd or u.new not in used)


def carries(graph: Graph, step: int, before: set[int]) -> bool:
    """Whether a step is made with what an optimizer keeps.

    Such a value is no part of the loss; its new version is made from its old one, scaled, or the step is scaled by its root.
    """
    return _named(graph, step) or _squared(graph, step) or _made(graph, step, before) or _normalised(graph, step, before)


def _squared(graph: Graph, step: int) -> bool:
    """Whether a value is the square of a derivative, or only its sign."""
    node = graph.nodes[step]
    while node.op == "alias":
        step = node.inputs[0]
        node = graph.nodes[step]
    held = {root(graph.nodes, s) for s in (node.inputs if node.op == "multiply" else node.inputs[:1])}
    if node.op in ("sign", "multiply", "power") and len(held) == 1:
        name = graph.nodes[held.pop()].name
        return name is not None and reads_as_derivative(name.text)
    return False


def _normalised(graph: Graph, step: int, before: set[int]) -> bool:
    """Whether a step is divided, entry by entry, by the root of squares of what it is made of: the first step of Adam."""
    nodes = graph.nodes
    shape, inside = nodes[step].shape, ancestors(graph, [step]) - before
    squares = {
        i
        for i in inside
        if nodes[i].op in ("multiply", "power") and len({root(nodes, s) for s in nodes[i].inputs if nodes[s].shape}) == 1
    }
    for i in inside:
        if nodes[i].op == "divide" and nodes[i].shape == shape != ():
            over, under = (ancestors(graph, [s]) for s in nodes[i].inputs)
            rooted = [u for u in under - before if nodes[u].op in ("sqrt", "power") and nodes[u].shape == shape]
            if any(
                (made := ancestors(graph, [u]) & squares - {u}) and any(not over.isdisjoint(nodes[k].inputs) for k in made)
                for u in rooted
            ):
                return True
    return False


def _named(graph: Graph, step: int) -> bool:
    name = graph.nodes[step].name
    if name is None or not CARRIED.search(last(name.text)) or re.search("grad|deriv", name.text):
        return False
    return any((n := graph.nodes[i].name) is not None and n.text == name.text and i != step for i in ancestors(graph, [step]))


def _made(graph: Graph, step: int, before: set[int]) -> bool:
    nodes = graph.nodes
    inside = ancestors(graph, [step])
    for old, new in _renewed(graph, step, before):
        scaled = any(nodes[u].op == "multiply" and old in map(partial(root, nodes), nodes[u].inputs) for u in inside)
        name = nodes[new].name
        gathered = name is not None and reads_as_derivative(name.text)  # its length may be taken too, to clip it
        roots = [
            u for u in inside if nodes[u].op in ("sqrt", "power") and (nodes[u].shape == nodes[step].shape or not gathered)
        ]
        if scaled or any(new in ancestors(graph, [u]) for u in roots):
            return True
    return False


def kept_before(graph: Graph, step: int, before: set[int]) -> set[int]:
    """What an optimizer had kept when it made a step: the values that the step's own versions are made from."""
    return {old for old, _ in _renewed(graph, step, before)}


def _renewed(graph: Graph, step: int, before: set[int]) -> Iterator[tuple[int, int]]:
    """Values outside the loss that a step makes anew from themselves, old and new."""
    nodes = graph.nodes
    oldest: dict[tuple[str, str], int] = {}
    for i in sorted(ancestors(graph, [step]) - before):
        name = nodes[i].name
        begins_as_0 = not nodes[i].shape and nodes[i].op in ("input", "constant")
        if name is None or not (nodes[i].shape == nodes[step].shape or begins_as_0):
            continue
        old = oldest.setdefault((name.text, name.scope), i)
        if old != i and nodes[old].op in ("input", "constant") and old in ancestors(graph, [i]):
            yield old, i
