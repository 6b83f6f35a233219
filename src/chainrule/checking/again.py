"""A program read again at other values, where it may take other branches; and what of the first reading is found there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from chainrule.errors import AskError, EvaluationError
from chainrule.graph.build import Builder
from chainrule.graph.records import Graph, Node
from chainrule.reading.appended import with_loss
from chainrule.reading.effects import Refused
from chainrule.reading.roles import Reading, infer
from chainrule.reading.run import Trace, run_again


def read_again(reading: Reading, sample: Mapping[int, Any]) -> Reading | None:
    """The program read at a sample's values, with the same loss; None where it has none there, or stops."""
    nodes = reading.graph.nodes
    overrides = {(n.scope, n.text, n.version): value for i, value in sample.items() if (n := nodes[i].name) is not None}
    try:
        trace = run_again(reading.trace, overrides)
        if trace.raised is not None or trace.unreliable:
            return None
        found = _with_the_loss(reading, trace)
        return None if found is None else infer(found[0], loss=found[1])
    except (Refused, AskError, EvaluationError):
        return None


def by_name(nodes: Sequence[Node]) -> dict[object, int]:
    """The node of each name."""
    return {n.name: i for i, n in enumerate(nodes) if n.name is not None}


def _with_the_loss(reading: Reading, trace: Trace) -> tuple[Trace, int] | None:
    """Another reading of the program with the loss of the first: its own of that name, or the one appended to it."""
    loss, first = reading.loss.node, reading.trace.appended
    names = by_name(trace.graph.nodes)
    if loss < first:
        there = names.get(reading.loss.name)
        return None if there is None else (trace, there)
    old = reading.trace.graph
    needed = _made_without_names(old, loss, first)

    def computed(builder: Builder) -> int:
        places: dict[int, int] = {}
        for i in sorted(needed):
            node = old.nodes[i]
            named = i < first and node.name is not None
            if named and node.name in names:
                places[i] = names[node.name]
            elif not named and node.op != "input" and all(s in places for s in node.inputs):
                places[i] = builder.append(replace(node, inputs=tuple(places[s] for s in node.inputs)))
        if loss not in places:
            raise EvaluationError(loss, "the loss is not made there")
        return places[loss]

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
