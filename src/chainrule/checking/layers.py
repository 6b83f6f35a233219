"""Layers: what a backward method names belongs to the forward call of the same object."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chainrule.graph.records import Node
from chainrule.reading.names import BACKWARD, FORWARD
from chainrule.reading.recorded import CallSite


@dataclass(frozen=True)
class Layer:
    """The forward call that a backward call goes back through: its arguments by name, and all nodes that it made or used."""

    arguments: Mapping[str, int]
    nodes: frozenset[int]


def layer_of(calls: Sequence[CallSite], nodes: Sequence[Node], node: int) -> Layer | None:
    """The layer in whose backward method a node was made; None for one made anywhere else."""
    around = [c for c in calls if c.start <= node < c.stop and c.owner is not None and BACKWARD.search(c.title)]
    if not around:
        return None
    backward = min(around, key=lambda c: c.stop - c.start)
    before = [c for c in calls if c.owner == backward.owner and c.stop <= backward.start and not BACKWARD.search(c.title)]
    if not before:
        return None
    forwards = [c for c in before if FORWARD.search(c.title) and c.title == _last_forward(before)] or before[-1:]
    undone = [c for c in calls if _same(c, backward) and forwards[-1].stop <= c.start and c.stop <= backward.start]
    forward = forwards[-1 - len(undone) if len(undone) < len(forwards) else -1]  # the last step forward is the first one back
    inside = range(forward.start, forward.stop)
    used = {source for i in inside for source in nodes[i].inputs}
    return Layer(dict(zip(forward.parameters, forward.arguments, strict=True)), frozenset({*inside, *used, *forward.results}))


def arguments_of(calls: Sequence[CallSite], nodes: Sequence[Node], node: int) -> Mapping[str, int]:
    """What the function that made a node was given or took out of a cache, by its own names for it: `x, w, b = cache`."""
    around = [c for c in calls if c.start <= node < c.stop]
    inner = min(around, key=lambda c: c.stop - c.start, default=None)
    if inner is None:
        return {}
    own = nodes[node].name
    taken = {
        n.name.text: n.inputs[0]
        for n in nodes[inner.start : node]
        if n.op == "alias" and n.name is not None and own is not None and n.name.scope == own.scope
    }
    return dict(zip(inner.parameters, inner.arguments, strict=True)) | taken


def _last_forward(before: Sequence[CallSite]) -> str:
    return next((c.title for c in reversed(before) if FORWARD.search(c.title)), "")


def _same(one: CallSite, other: CallSite) -> bool:
    return one.owner == other.owner and one.title == other.title
