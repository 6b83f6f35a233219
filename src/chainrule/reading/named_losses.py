"""A loss that nobody gives a name: one that a function gives back takes the function's, one that is only kept in a list its
place there, one that is only printed is `printed`, or `printed loss` where the line says that it is one.
"""

from __future__ import annotations

from dataclasses import replace
from math import prod
from typing import TYPE_CHECKING

from chainrule.graph.records import Graph
from chainrule.reading.measures import error_measures
from chainrule.reading.names import LOSS, STRONG_LOSS, reads_as_derivative, reads_as_loss
from chainrule.reading.recorded import Binding, CallSite

if TYPE_CHECKING:
    from chainrule.reading.recorder import Recorder


PRINTED = "printed"
PRINTED_LOSS = "printed loss"


def loss_given_back(call: CallSite) -> int | None:
    """What a function with a loss's name gave back."""
    return _given_back(call) if STRONG_LOSS.search(call.title) and not reads_as_derivative(call.title) else None


def _given_back(call: CallSite) -> int | None:
    """The one value that a function computed and gave back."""
    return call.results[0] if len(call.results) == 1 and call.start <= call.results[0] < call.stop else None


def with_named_losses(graph: Graph, recorder: Recorder) -> Graph:
    """The graph in which `self.loss(x, t)`, called for what it leaves behind, is the loss all the same, and so is what
    `print(np.mean((y - t) ** 2))` shows.
    """
    nodes = list(graph.nodes)

    def name_it(i: int, text: str) -> None:
        node = nodes[i]
        if node.name is None and node.dtype == "real" and prod(node.shape) == 1 and node.op not in ("input", "constant"):
            name = recorder.next_name(text, "")
            nodes[i] = replace(node, name=name)
            recorder.bindings.append(Binding(name, i, node.source))

    for call in recorder.calls:
        if (i := loss_given_back(call)) is not None:
            name_it(i, call.title)
    for i in recorder.differentiated:
        name_it(i, "loss")
    errors = [(i, call.title) for call in recorder.calls if LOSS.search(call.title) and (i := _given_back(call)) is not None]
    if recorder.shown or recorder.listed or errors:
        measures = error_measures(nodes)
        for i, title in errors:  # compute_error(…) gives back a mean square, error(t, o) a difference
            if measures[i] == 2:
                name_it(i, title)
        for i, text in recorder.listed.items():
            kept_in = text.partition("[")[0]
            if measures[i] and (reads_as_loss(kept_in) or reads_as_loss(kept_in.removesuffix("s"))):
                name_it(i, text)
        for i, text in recorder.shown.items():
            if measures[i]:
                name_it(i, PRINTED_LOSS if measures[i] == 2 and STRONG_LOSS.search(text) else PRINTED)
    return replace(graph, nodes=tuple(nodes))
