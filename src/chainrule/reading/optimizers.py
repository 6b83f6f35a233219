"""What an optimizer keeps from one step to the next: velocities, running means, sums of squares. None of it is a gradient."""

from __future__ import annotations

import re
from collections.abc import Sequence
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
    return _named(graph, step) or _made(graph, step, before)


def _named(graph: Graph, step: int) -> bool:
    name = graph.nodes[step].name
    if name is None or not CARRIED.search(last(name.text)) or re.search("grad|deriv", name.text):
        return False
    return any((n := graph.nodes[i].name) is not None and n.text == name.text and i != step for i in ancestors(graph, [step]))


def _made(graph: Graph, step: int, before: set[int]) -> bool:
    nodes = graph.nodes
    shape = nodes[step].shape
    inside = ancestors(graph, [step])
    oldest: dict[tuple[str, str], int] = {}
    for i in sorted(inside - before):
        name = nodes[i].name
        if name is None or nodes[i].shape != shape or reads_as_derivative(name.text):
            continue
        old = oldest.setdefault((name.text, name.scope), i)
        if old != i and nodes[old].op in ("input", "constant") and old in ancestors(graph, [i]):
            scaled = any(nodes[u].op == "multiply" and old in map(partial(root, nodes), nodes[u].inputs) for u in inside)
            if scaled or any(nodes[u].op in ("sqrt", "power") and i in ancestors(graph, [u]) for u in inside):
                return True
    return False
