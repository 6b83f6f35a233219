"""What a program compares: an output and a target in one difference or quotient, of what it steps along."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import TypeVar

import numpy as np

from chainrule.checking.rows import MOST_ROWS
from chainrule.graph.reach import ancestors, descendants
from chainrule.graph.records import Node
from chainrule.reading.names import reads_as_derivative
from chainrule.reading.passes import shown_pass
from chainrule.reading.same_data import numbered
from chainrule.reading.steps import untaken_steps
from chainrule.reading.trace import Trace
from chainrule.reading.updates import find_updates
from chainrule.reading.views import root

MOST_GROUPS = 6

T = TypeVar("T")


def compared_sides(trace: Trace) -> list[tuple[tuple[int, int], ...]]:
    """Outputs and targets: what depends on the parameters beside what does not, in what the program steps along.

    Those of one line, one for each row or time step, belong together.
    """
    nodes = trace.graph.nodes
    written, moved = _written(trace)
    learned = {i for u in find_updates(nodes) for i in (u.new, root(nodes, u.old))}
    found: dict[object, dict[tuple[int, int], None]] = {}
    for i in written:
        node = nodes[i]
        if node.op not in ("subtract", "divide"):
            continue
        picked, one = node.inputs
        if node.op == "subtract" and nodes[picked].op == "index" and picked in moved and nodes[one].op == "constant":
            found.setdefault(("labels", node.source), {})[picked, one] = None  # p[range(n), y] -= 1
            continue
        left, right = node.inputs
        for output, target in ((left, right), (right, left)) if node.op == "subtract" else ((right, left),):
            data = target not in moved and not _constant(trace, target) and nodes[target].dtype != "bool"
            same_size = np.prod(nodes[output].shape) == np.prod(nodes[target].shape)  # (n,) is compared with (1, n) as it is
            alike = nodes[output].shape == nodes[target].shape or (
                same_size and (node.shape == nodes[output].shape or np.prod(node.shape) == 1)
            )
            compared = output in moved and not _only_scaled(nodes, output, learned)
            if compared and data and alike and nodes[output].dtype in ("real", "int"):
                found.setdefault(node.source, {})[output, target] = None
    groups = [tuple(_different_pairs(nodes, tuple(pairs))) for pairs in found.values() if len(pairs) <= MOST_ROWS]
    return list(dict.fromkeys(groups))[:MOST_GROUPS]


def residuals(trace: Trace) -> tuple[list[list[int]], set[frozenset[int]]]:
    """Differences of a target and an output that no value holds whole, `y - m * x - b`: those of one line, one for each row; and
    the two sides of each difference within them, which is no comparison of its own.
    """
    nodes = trace.graph.nodes
    written, moved = _written(trace)
    learned = moved | _stepped(trace)
    sums = {i for i in written if nodes[i].op in ("add", "subtract")}
    parts = {s for i in sums for s in nodes[i].inputs if s in sums and nodes[s].name is None}
    found: dict[object, list[int]] = {}
    within: set[frozenset[int]] = set()
    for whole in sorted(sums - parts):
        inner, terms, waiting = list[int](), list[int](), list(nodes[whole].inputs)
        while waiting:
            i = waiting.pop()
            (inner if i in parts else terms).append(i)
            waiting += nodes[i].inputs if i in parts else ()
        data = [t for t in terms if t not in learned]
        alone = len(data) == 1 < len(terms) - 1 and not _constant(trace, data[0])
        if alone and nodes[data[0]].shape == nodes[whole].shape:
            found.setdefault(nodes[whole].source, []).append(whole)
            within |= {frozenset(nodes[i].inputs) for i in inner}
    groups = [rows for rows in found.values() if len(rows) <= MOST_ROWS]
    return before_a_step(trace, groups, lambda rows: rows)[:MOST_GROUPS], within


def before_a_step(trace: Trace, groups: list[T], outputs: Callable[[T], Iterable[int]]) -> list[T]:
    """The groups of which no output is computed after a parameter was stepped; all, where each has such a one."""
    stepped = _stepped(trace)
    return [group for group in groups if stepped.isdisjoint(outputs(group))] or groups


def _stepped(trace: Trace) -> set[int]:
    """What depends on a parameter after its step."""
    return descendants(trace.graph, [u.new for u in find_updates(trace.graph.nodes)])


def _written(trace: Trace) -> tuple[list[int], set[int]]:
    """What the steps and derivatives of the pass are made of, in its order; and what depends on a parameter before its step."""
    nodes = trace.graph.nodes
    start, stop, _ = shown_pass(trace)
    updates = [u for u in find_updates(nodes) if start <= u.new < stop]
    named = [b.node for b in trace.bindings if start <= b.node < stop and reads_as_derivative(b.name.text)]
    untaken = untaken_steps(trace)
    if not updates and not untaken:
        return [], set()
    stepped = {root(nodes, u.old) for u in updates} | {leaf for _, _, leaf in untaken}
    moved = descendants(trace.graph, stepped, {u.new for u in updates})
    written = ancestors(trace.graph, [*(u.step for u in updates), *(i for i, _, _ in untaken), *named])
    return [i for i in sorted(written) if start <= i < stop], moved


def _only_scaled(nodes: Sequence[Node], i: int, learned: Collection[int]) -> bool:
    """Whether a value is a parameter times a number: in `decay * w - y * x` it is a penalty's derivative, and no output."""
    if nodes[i].op != "multiply" or not nodes[i].shape:
        return False
    return any(
        not nodes[number].shape and root(nodes, held) in learned and nodes[held].shape == nodes[i].shape
        for number, held in (nodes[i].inputs, nodes[i].inputs[::-1])
    )


def _different_pairs(nodes: Sequence[Node], pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Each difference once, however often it is taken: for every weight that it steps."""
    if len(pairs) < 2:
        return list(pairs)
    alike, _ = numbered(nodes)
    return list({(alike[output], alike[target]): (output, target) for output, target in reversed(pairs)}.values())[::-1]


def _constant(trace: Trace, i: int) -> bool:
    """Whether a value is one number written down: the 1 of 1 − a, or an array full of it."""
    return bool(np.all(trace.values[i] == np.ravel(trace.values[i])[:1])) and all(
        trace.graph.nodes[j].op in ("constant", "count") for j in ancestors(trace.graph, [i]) if not trace.graph.nodes[j].inputs
    )
