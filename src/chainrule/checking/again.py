"""A program read again at other values, where it may take other branches; and what of the first reading is found there."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from chainrule.errors import AskError, EvaluationError
from chainrule.graph.build import Builder
from chainrule.graph.records import Graph, Name, Node
from chainrule.reading.appended import with_loss
from chainrule.reading.effects import Refused
from chainrule.reading.recorded import CallSite
from chainrule.reading.roles import Reading, infer
from chainrule.reading.run import run_again
from chainrule.reading.trace import Again, Trace

MOST_SECONDS = 12.0  # of a program's own time, in all
MOST_BYTES = 200_000_000


def read_again(reading: Reading, sample: Mapping[int, Any]) -> Reading | None:
    """The program read at a sample's values, with the same loss; None where it has none there, or stops."""
    nodes = reading.graph.nodes
    overrides = {
        (n.scope, n.text, n.version): value
        for i, value in sample.items()
        if (n := nodes[i].name) is not None and not _as_it_is(value, reading.values[i])
    }
    known = reading.trace.again
    key = tuple((name, np.shape(value), np.asarray(value).tobytes()) for name, value in overrides.items())
    if key not in known.traces:
        _make_room(known)
        known.traces[key] = _run_again(reading.trace, overrides)
    trace = known.traces[key]
    if trace is None or trace.unreliable or not _stops_alike(reading.trace, trace):
        return None
    try:
        found = _with_the_loss(reading, trace)
        if found is None:
            return None
        longer, loss = found
        if longer is not trace:
            return infer(longer, loss=loss)
        if (key, loss) not in known.readings:
            known.readings[key, loss] = infer(trace, loss=loss)
        return known.readings[key, loss]
    except (AskError, EvaluationError):
        return None


def _as_it_is(value: Any, own: Any) -> bool:
    """Whether a sample leaves a value as the program has it: on another way its name may be bound more often, and mean another."""
    return value is own or bool(np.shape(value) == np.shape(own) and np.array_equal(value, own))


def _make_room(known: Again) -> None:
    """Forget what was read before where it is large."""
    held = (v.nbytes for t in known.traces.values() if t is not None for v in t.values if isinstance(v, np.ndarray))
    if sum(held) > MOST_BYTES:
        known.traces.clear()
        known.readings.clear()


def _run_again(trace: Trace, overrides: Mapping[tuple[str, str, int], Any]) -> Trace | None:
    """The program run at other values, while there is time for that; None where it would have changed something."""
    known = trace.again
    if known.seconds > MOST_SECONDS:
        return None
    began = time.monotonic()
    try:
        return run_again(trace, overrides)
    except Refused:
        return None
    finally:
        known.seconds += time.monotonic() - began


def _stops_alike(first: Trace, again: Trace) -> bool:
    """Whether a program runs to its end again, or to the line where it stopped the first time (a cell that always fails)."""
    before, now = first.raised, again.raised
    return now is None or (before is not None and (before.kind, before.source) == (now.kind, now.source))


class Places:
    """Where the named values of one reading are in another, in which branches may have bound a name more often or less.

    A function that is called several times binds its names each time anew: they are those of the same call.
    """

    def __init__(self, old: Sequence[Node], new: Sequence[Node], old_trace: Trace, new_trace: Trace) -> None:
        alike = [c.title for c in old_trace.all_calls] == [c.title for c in new_trace.all_calls]
        before, there = (
            (_calls_of(nodes, trace.all_calls) if alike else [None] * len(nodes))
            for nodes, trace in ((old, old_trace), (new, new_trace))
        )
        self.old, self.new = _versions(old, before), _versions(new, there)
        self.call = {n.name: before[i] for i, n in enumerate(old) if n.name is not None}

    def of(self, name: Name | None) -> int | None:
        """The node that has the name there; of a name bound another number of times, only the first and the last are known."""
        if name is None or name not in self.call:
            return None
        key = (name.text, name.scope, self.call[name])
        before, there = self.old.get(key, []), self.new.get(key, [])
        at = next((k for k, (version, _) in enumerate(before) if version == name.version), None)
        if at is None or not there:
            return None
        if len(before) == len(there):
            return there[at][1]
        return there[-1][1] if at == len(before) - 1 else there[0][1] if at == 0 else None


def _calls_of(nodes: Sequence[Node], calls: Sequence[CallSite]) -> list[int | None]:
    """For each node the innermost call that made it, by its number; None outside all."""
    found: list[int | None] = [None] * len(nodes)
    for number, call in sorted(enumerate(calls), key=lambda pair: pair[1].start - pair[1].stop):  # the longest first
        found[call.start : call.stop] = [number] * (min(call.stop, len(nodes)) - min(call.start, len(nodes)))
    return found


def _versions(nodes: Sequence[Node], calls: Sequence[int | None]) -> dict[tuple[str, str, int | None], list[tuple[int, int]]]:
    found: dict[tuple[str, str, int | None], dict[int, int]] = {}
    for i, node in enumerate(nodes):
        if node.name is not None:
            found.setdefault((node.name.text, node.name.scope, calls[i]), {})[node.name.version] = i
    return {key: sorted(versions.items()) for key, versions in found.items()}


def _with_the_loss(reading: Reading, trace: Trace) -> tuple[Trace, int] | None:
    """Another reading of the program with the loss of the first: its own of that name, or the one appended to it."""
    loss, first = reading.loss.node, reading.trace.appended
    places = Places(reading.trace.whole, trace.graph.nodes, reading.trace, trace)
    if loss < first:
        there = places.of(reading.loss.name)
        return None if there is None else (trace, there)
    old = reading.trace.graph
    needed = _made_without_names(old, loss, first)

    def computed(builder: Builder) -> int:
        made: dict[int, int] = {}
        for i in sorted(needed):
            node = old.nodes[i]
            named = i < first and node.name is not None
            if named and (there := places.of(node.name)) is not None:
                made[i] = there
            elif not named and node.op != "input" and all(s in made for s in node.inputs):
                made[i] = builder.append(replace(node, inputs=tuple(made[s] for s in node.inputs)))
        if loss not in made:
            raise EvaluationError(loss, "the loss is not made there")
        return made[loss]

    return with_loss(trace, computed, reading.loss.name.text)


def _made_without_names(graph: Graph, loss: int, first: int) -> set[int]:
    """What an appended loss is made from, down to what the program has a name for."""
    found: set[int] = set()
    waiting = [loss]
    while waiting:
        i = waiting.pop()
        if i not in found:
            found.add(i)
            if i >= first or graph.nodes[i].name is None:
                waiting.extend(graph.nodes[i].inputs)
    return found
