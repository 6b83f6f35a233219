"""A loss that a function gives back and that nobody gives a name: it takes the function's."""

from __future__ import annotations

from dataclasses import replace
from math import prod
from typing import TYPE_CHECKING

from chainrule.graph.records import Graph
from chainrule.reading.names import STRONG_LOSS, reads_as_derivative
from chainrule.reading.recorded import Binding

if TYPE_CHECKING:
    from chainrule.reading.recorder import Recorder


def with_named_losses(graph: Graph, recorder: Recorder) -> Graph:
    """The graph in which `self.loss(x, t)`, called for what it leaves behind, is the loss all the same."""
    nodes = list(graph.nodes)
    for call in recorder.calls:
        if len(call.results) != 1 or not STRONG_LOSS.search(call.title) or reads_as_derivative(call.title):
            continue
        i = call.results[0]
        node = nodes[i]
        if node.name is None and node.dtype == "real" and prod(node.shape) == 1 and call.start <= i < call.stop:
            name = recorder.next_name(call.title, "")
            nodes[i] = replace(node, name=name)
            recorder.bindings.append(Binding(name, i, node.source))
    return replace(graph, nodes=tuple(nodes))
