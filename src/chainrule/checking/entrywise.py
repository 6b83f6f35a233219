"""A loss that a program keeps entry by entry, `self.loss = (y - output) ** 2`: its sum is meant, or its mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import prod

from chainrule.checking.factors import SAME, common_factor
from chainrule.checking.implied import claims_of
from chainrule.graph.expression import Expression, total
from chainrule.graph.reach import descendants
from chainrule.reading.appended import with_loss
from chainrule.reading.measures import error_measures
from chainrule.reading.names import STRONG_LOSS, last, reads_as_derivative
from chainrule.reading.passes import shown_pass
from chainrule.reading.roles import Reading, infer
from chainrule.reading.same_data import of_the_steps
from chainrule.reading.trace import Trace
from chainrule.reading.updates import find_updates

LETTERS = ("L", "J")
EVIDENCE = "the sum of what is a loss by its name"


def loss_of_entries(trace: Trace, wrt: Sequence[str] = (), learning_rate: float | None = None) -> Reading | None:
    """The reading whose loss is the sum of the one array of the pass that is a loss by its name and by what it computes; or its
    mean, where that is what the derivatives written are of. None where there is no such array, or nothing is claimed of it.
    """
    entries = _entries(trace)
    if entries is None:
        return None
    name = trace.graph.nodes[entries].name
    size = prod(trace.graph.nodes[entries].shape)
    assert name is not None

    def reading_of(scale: float, text: str) -> Reading:
        longer, loss = with_loss(trace, lambda builder: (total(Expression(builder, entries), None, False) * scale).index, text)
        reading = infer(longer, loss=loss, wrt=wrt, learning_rate=learning_rate)
        return replace(reading, loss=replace(reading.loss, evidence=EVIDENCE))

    whole = reading_of(1.0, f"Σ {name.text}")
    claims = claims_of(whole)
    if not claims or not whole.parameters:
        return None
    factor = common_factor(whole, claims)
    averaged = factor is not None and abs(abs(factor) * size - 1) < SAME
    return reading_of(1 / size, f"mean of {name.text}") if averaged else whole


def _entries(trace: Trace) -> int | None:
    """The last version of the one array that is a loss, computed before the updates of the pass."""
    nodes = trace.graph.nodes
    start, stop, _ = shown_pass(trace)
    measures = error_measures(nodes)
    updates = find_updates(nodes)
    news = {u.new for u in updates}
    mine = [u for u in updates if start <= u.new < stop]
    found: dict[str, list[int]] = {}
    for i in range(min(stop, trace.appended)):
        node = nodes[i]
        if node.name is None or node.dtype != "real" or prod(node.shape) < 2 or measures[i] < 2:
            continue
        text = last(node.name.text.partition("[")[0])
        by_name = text in LETTERS or any(STRONG_LOSS.search(t) for t in (text, text.removesuffix("s")))
        if by_name and not reads_as_derivative(text):
            found.setdefault(text, []).append(i)
    if len(found) != 1:
        return None
    versions = next(iter(found.values()))
    stepped = descendants(trace.graph, news)
    fresh = [i for i in versions if i not in stepped]
    of_these_rows = of_the_steps(trace.graph, fresh, mine) if mine else fresh  # and not of the rows that it is tested on
    return of_these_rows[-1] if of_these_rows else None
