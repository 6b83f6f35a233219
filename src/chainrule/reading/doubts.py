"""What could be several things: another value that reads as the loss, a loss that is computed more than once."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from chainrule.graph.reach import ancestors, descendants
from chainrule.graph.records import Name, Source
from chainrule.reading.loss import candidates_of_equal_strength, versions_of
from chainrule.reading.roles import Reading


def doubts(reading: Reading) -> tuple[str, ...]:
    """What a reader of the worked solution should know about how the loss was chosen."""
    of_values = (*_no_number(reading), *_rows_by_rows(reading))
    if reading.loss.evidence in ("given", "chosen"):
        return of_values
    return (*_other_losses(reading), *_repeated_loss(reading), *of_values)


def _other_losses(reading: Reading) -> list[str]:
    """Values that read as the loss just as well, and are neither made from it nor part of it."""
    trace, node = reading.trace, reading.loss.node
    nodes = trace.graph.nodes
    related = ancestors(trace.graph, [node]) | descendants(trace.graph, [node])
    others = candidates_of_equal_strength(trace, reading.start, reading.stop, reading.updates, node)
    names = dict.fromkeys(name.text for i in others if i not in related and (name := nodes[i].name))
    names.pop(reading.loss.name.text, None)
    if not names:
        return []
    listed = ", ".join(f"`{text}`" for text in list(names)[:6])
    return [f"{listed} could be the loss as well as `{reading.loss.name.text}`; --of NAME chooses."]


def _repeated_loss(reading: Reading) -> list[str]:
    """A loss that a loop computes again and again, of which one is explained."""
    trace, node = reading.trace, reading.loss.node
    nodes = trace.graph.nodes
    line = nodes[node].source
    alike = [i for i in versions_of(trace, node) if reading.start <= i < reading.stop and nodes[i].source == line]
    if len(alike) < 2 or line is None or reading.updates or ancestors(trace.graph, [node]).issuperset(alike):
        return []  # `loss += …` in a loop is explained whole
    made = descendants(trace.graph, alike[:1]) & descendants(trace.graph, alike[-1:])
    sums = [name.text for i in sorted(made) if (name := nodes[i].name) and not nodes[i].shape and nodes[i].dtype == "real"]
    whole = f" `--of {sums[-1]}` explains what is made from them." if sums else ""
    return [f"{line!r}: `{reading.loss.name.text}` is computed {len(alike)} times there, and one of them is explained.{whole}"]


def _no_number(reading: Reading) -> list[str]:
    """Where a loss that is no number comes from."""
    nodes, values = reading.graph.nodes, reading.values
    if is_finite(values[reading.loss.node]):
        return []
    for i in sorted(ancestors(reading.graph, [reading.loss.node])):
        name = nodes[i].name
        if name is not None and not is_finite(values[i]):
            return [first_bad(name, nodes[i].source, values[i])]
    return []


def is_finite(value: Any) -> bool:
    """Whether a value is a number, or all of its entries are."""
    array = np.asarray(value)
    return array.dtype.kind not in "fc" or bool(np.all(np.isfinite(array)))


def first_bad(name: Name, source: Source | None, value: Any) -> str:
    """That a value is the first that is no number."""
    kind = "NaN" if np.any(np.isnan(value)) else "an infinity"
    where = f" ({source!r})" if source else ""
    return f"{name.text}{where} is the first value that holds {kind}; what depends on it cannot be trusted."


def _rows_by_rows(reading: Reading) -> list[str]:
    """An output of shape (1, n) beside a target of shape (n, 1) or the other way: NumPy compares each with every other."""
    nodes = reading.graph.nodes
    moved = descendants(reading.graph, [p.node for p in reading.parameters])
    for i in sorted(ancestors(reading.graph, [reading.loss.node])):
        node = nodes[i]
        if node.op not in ("subtract", "multiply") or len(node.shape) != 2 or sum(s in moved for s in node.inputs) != 1:
            continue
        one, other = (nodes[s].shape for s in node.inputs)
        if prod(one) == prod(other) > 1 and prod(node.shape) == prod(one) * prod(other):
            where = f"{node.source!r}: " if node.source else ""
            made = f"{one} with one of shape {other}, which makes {node.shape}: each row with every other"
            return [f"{where}`{reading.loss.name.text}` compares an array of shape {made}. Was one of them to be turned?"]
    return []
