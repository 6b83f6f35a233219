"""Layers: what a backward method names belongs to the forward call of the same object."""

from __future__ import annotations

import bisect
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from chainrule.graph.records import Node
from chainrule.reading.names import BACKWARD, FORWARD, STEM
from chainrule.reading.recorded import CallSite


@dataclass(frozen=True)
class Layer:
    """The forward call that a backward call goes back through: its arguments by name, and all nodes that it made or used."""

    arguments: Mapping[str, int]
    nodes: frozenset[int]


@dataclass(frozen=True)
class Calls:
    """The calls of a run, so that those around a node, and those of an object, are found at once."""

    found: Sequence[CallSite]
    starts: Sequence[int]
    around: Sequence[int | None]  # of each call, the one that it was made in
    of_owner: Mapping[int, Sequence[CallSite]]
    forwards: dict[CallSite, CallSite | None] = field(default_factory=dict)  # of backward calls, found when first asked for


def nested(calls: Sequence[CallSite]) -> Calls:
    """Calls by where they begin, each with the call that it was made in."""
    found = sorted(calls, key=lambda c: (c.start, -c.stop))
    around: list[int | None] = []
    open_now: list[int] = []
    of_owner: dict[int, list[CallSite]] = {}
    for i, call in enumerate(found):
        while open_now and found[open_now[-1]].stop < call.stop:
            open_now.pop()
        around.append(open_now[-1] if open_now else None)
        open_now.append(i)
    for call in calls:
        if call.owner is not None:
            of_owner.setdefault(call.owner, []).append(call)
    return Calls(found, [c.start for c in found], around, of_owner)


def calls_around(calls: Calls, node: int) -> Iterator[CallSite]:
    """The calls that a node was made in, the innermost first."""
    at: int | None = bisect.bisect_right(calls.starts, node) - 1
    while at is not None and at >= 0:
        if node < calls.found[at].stop:
            yield calls.found[at]
        at = calls.around[at]


def layer_of(calls: Calls, nodes: Sequence[Node], node: int) -> Layer | None:
    """The layer in whose backward method a node was made; None for one made anywhere else."""
    around = (c for c in calls_around(calls, node) if c.owner is not None and BACKWARD.search(c.title))
    backward = next(around, None)
    if backward is None or backward.owner is None:
        return None
    mine = calls.of_owner[backward.owner]
    before = [c for c in mine if c.stop <= backward.start and not BACKWARD.search(c.title)]
    if not before:
        return None
    title = _last_forward(before) or before[-1].title
    forwards = [c for c in before if c.title == title]
    back = [c for c in mine if c.title == backward.title]
    undone = [c for c in back if forwards[-1].stop <= c.start and c.stop <= backward.start]
    again = next((c.start for c in mine if c.title == forwards[-1].title and c.start >= backward.stop), len(nodes))
    once = len(undone) + 1 + sum(1 for c in back if backward.stop <= c.start < again)
    last = max((c.stop for c in back if c.stop <= forwards[-1].start), default=0)
    steps = [f for f in forwards if f.start >= last]
    if once < len(steps):  # one call back through all the steps
        return Layer({}, frozenset(i for f in steps for i in _made_or_used(nodes, f)))
    forward = forwards[-1 - len(undone) if len(undone) < len(forwards) else -1]  # the last step forward is the first one back
    return Layer(dict(zip(forward.parameters, forward.arguments, strict=True)), _made_or_used(nodes, forward))


def _made_or_used(nodes: Sequence[Node], call: CallSite) -> frozenset[int]:
    inside = range(call.start, call.stop)
    return frozenset({*inside, *(source for i in inside for source in nodes[i].inputs), *call.results})


def forward_of(calls: Iterable[CallSite], nodes: Sequence[Node], backward: CallSite) -> CallSite | None:
    """The call of `affine_forward` that a call of `affine_backward` goes back through: the last one before whose values it
    uses.
    """
    stem = STEM.sub("", backward.title)
    used = {s for i in range(backward.start, backward.stop) for s in nodes[i].inputs if s < backward.start}
    forwards = [
        c
        for c in calls
        if c.stop <= backward.start and c.owner == backward.owner and FORWARD.search(c.title) and STEM.sub("", c.title) == stem
    ]
    return max(forwards, key=lambda c: (len(used.intersection({*range(c.start, c.stop), *c.arguments})), c.start), default=None)


def arguments_of(calls: Calls, nodes: Sequence[Node], node: int) -> Mapping[str, int]:
    """What the function that made a node was given or took out of a cache, by its own names for it: `x, w, b = cache`; and what
    the function that it goes back through was given.
    """
    inner = next(calls_around(calls, node), None)
    if inner is None:
        return {}
    backward = next((c for c in calls_around(calls, node) if BACKWARD.search(c.title)), None)
    if backward is not None and backward not in calls.forwards:
        calls.forwards[backward] = forward_of(calls.found, nodes, backward)
    forward = calls.forwards[backward] if backward is not None else None
    went_in = dict(zip(forward.parameters, forward.arguments, strict=True)) if forward is not None else {}
    own = nodes[node].name
    taken = {
        n.name.text: n.inputs[0]
        for n in nodes[inner.start : node]
        if n.op == "alias" and n.name is not None and own is not None and n.name.scope == own.scope
    }
    return went_in | dict(zip(inner.parameters, inner.arguments, strict=True)) | taken


def _last_forward(before: Sequence[CallSite]) -> str:
    return next((c.title for c in reversed(before) if FORWARD.search(c.title)), "")
