"""What an optimizer keeps from one step to the next: velocities, running means, sums of squares. None of it is a gradient."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set

from chainrule.graph.reach import ancestors
from chainrule.graph.records import Graph, Node
from chainrule.reading.names import CARRIED, last, reads_as_derivative
from chainrule.reading.updates import Update
from chainrule.reading.views import before_stores, root


def without_kept(graph: Graph, updates: Sequence[Update], before: Set[int]) -> tuple[Update, ...]:
    """The updates of parameters: what is not in the loss (`before`), and goes into other steps, is kept by an optimizer."""
    odd = [u for u in updates if before.isdisjoint((root(graph.nodes, u.old), before_stores(graph.nodes, u.old)))]
    used = {i for u in updates if u not in odd for i in ancestors(graph, [u.step])} if odd else set()
    return tuple(u for u in updates if u not in odd or u.new not in used)


def carries(graph: Graph, step: int, before: Set[int]) -> bool:
    """Whether a step is made with what an optimizer keeps.

    Such a value is no part of the loss, unless Nesterov looks ahead along it; its new version is made from its old one, scaled, or
    the step is scaled by its root.
    """
    before = before - _older(graph, step, before)
    return _named(graph, step) or _squared(graph, step) or _made(graph, step, before) or _normalised(graph, step, before)


def _older(graph: Graph, step: int, before: Set[int]) -> set[int]:
    """What the name of a step held when the loss was computed."""
    own = graph.nodes[step].name
    named = ((i, graph.nodes[i].name) for i in before if graph.nodes[i].op == "input") if own is not None else ()
    return {i for i, n in named if n is not None and own is not None and (n.text, n.scope) == (own.text, own.scope)}


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


def _normalised(graph: Graph, step: int, before: Set[int]) -> bool:
    """Whether a step is divided, entry by entry, by the root of squares of what it is made of: the first step of Adam."""
    nodes = graph.nodes
    shape = nodes[step].shape
    if not shape:
        return False
    inside = _outside(graph, step, before)
    squares = {
        i
        for i in inside
        if nodes[i].op in ("multiply", "power") and len({root(nodes, s) for s in nodes[i].inputs if nodes[s].shape}) == 1
    }
    for i in inside:
        if nodes[i].op == "divide" and nodes[i].shape == shape:
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
    return any((n := graph.nodes[i].name) is not None and n.text == name.text and i != step for i in _read(graph, step))


def _read(graph: Graph, step: int) -> set[int]:
    """What a step is computed from; nothing of the array that its entries are written over."""
    nodes = graph.nodes
    found: set[int] = set()
    waiting = [step]
    while waiting:
        i = waiting.pop()
        if i not in found:
            found.add(i)
            waiting += nodes[i].inputs[1:] if nodes[i].op == "store" else nodes[i].inputs
    return found


def _made(graph: Graph, step: int, before: Set[int]) -> bool:
    nodes = graph.nodes
    inside = _outside(graph, step, before)
    scaled = {root(nodes, s) for u in inside if nodes[u].op == "multiply" for s in nodes[u].inputs}
    roots = [u for u in inside if nodes[u].op in ("sqrt", "power")]
    if not roots and scaled.isdisjoint(i for olds in _oldest(nodes, step, inside).values() for i in olds):
        return False
    rooted = ancestors(graph, roots)
    alike = ancestors(graph, [u for u in roots if nodes[u].shape == nodes[step].shape])
    for old, new in _renewed(graph, step, before):
        name = nodes[new].name
        gathered = name is not None and reads_as_derivative(name.text)  # its length may be taken too, to clip it
        if old in scaled or new in (alike if gathered else rooted):
            return True
    return False


def gradient_in(graph: Graph, step: int, parameter: int, before: Set[int]) -> int | None:
    """The one value named as a derivative, of the parameter's shape, that goes into what an optimizer keeps for it; of those that are
    made from one another, the last.
    """
    nodes = graph.nodes
    named = {
        root(nodes, i): i
        for i in sorted(_outside(graph, step, before))
        if _without_ones(nodes[i].shape) == _without_ones(nodes[parameter].shape) and (n := nodes[i].name) is not None
        and reads_as_derivative(n.text) and not CARRIED.search(last(n.text)) and nodes[root(nodes, i)].op not in ("input", "constant")
    }  # fmt: skip
    named = {r: i for r, i in named.items() if not carries(graph, r, before)}  # what an optimizer made goes by that name too
    last_made = [r for r in named if not any(r in ancestors(graph, [other]) for other in named if other != r)]
    return named[last_made[0]] if len(last_made) == 1 else None


def _without_ones(shape: Sequence[int]) -> tuple[int, ...]:
    """A shape without its leading ones: (n,) is added to (1, n) as it is."""
    first = next((i for i, n in enumerate(shape) if n != 1), len(shape))
    return tuple(shape[first:])


def kept_before(graph: Graph, step: int, before: Set[int]) -> set[int]:
    """What an optimizer had kept when it made a step: the values that the step's own versions are made from."""
    return {old for old, _ in _renewed(graph, step, before)}


def _renewed(graph: Graph, step: int, before: Set[int]) -> Iterator[tuple[int, int]]:
    """Values outside the loss that a step makes anew from themselves, old and new; one function may hand them to another."""
    nodes = graph.nodes
    inside = _outside(graph, step, before)
    oldest = _oldest(nodes, step, inside)
    bits = {old: 1 << k for k, old in enumerate(i for olds in oldest.values() for i in olds)}
    made_of: dict[int, int] = {}  # of which of these a value is made, a bit for each
    for i in sorted(inside):
        made_of[i] = bits.get(i, 0)
        for source in nodes[i].inputs:
            made_of[i] |= made_of.get(source, 0)
        name = nodes[i].name
        if name is not None and _kept(nodes, i, step):
            yield from ((old, i) for old in oldest.get(name.text, ()) if old != i and made_of[i] & bits[old])


def _oldest(nodes: Sequence[Node], step: int, inside: Set[int]) -> dict[str, list[int]]:
    """The values of each name that a program begins with, of those that may be kept from step to step; one for each function."""
    first: dict[tuple[str, str], int] = {}
    for i in sorted(inside):
        name = nodes[i].name
        if name is not None and _kept(nodes, i, step):
            first.setdefault((name.text, name.scope), i)
    found: dict[str, list[int]] = {}
    for (text, _), i in first.items():
        if nodes[i].op in ("input", "constant"):
            found.setdefault(text, []).append(i)
    return found


def _kept(nodes: Sequence[Node], i: int, step: int) -> bool:
    """Whether a value has the shape of what an optimizer keeps for a step, or is the number that it begins from."""
    return nodes[i].shape == nodes[step].shape or (not nodes[i].shape and nodes[i].op in ("input", "constant"))


def _outside(graph: Graph, step: int, before: Set[int]) -> set[int]:
    """What a step is made from that is no part of the loss."""
    found: set[int] = set()
    waiting = [step]
    while waiting:
        i = waiting.pop()
        if i not in found and i not in before:
            found.add(i)
            waiting += graph.nodes[i].inputs
    return found
