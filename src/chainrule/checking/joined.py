"""Steps that are taken one after the other from gradients that were all computed before: together they are one step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from chainrule.checking.by_use import gradient_part, picked_entry
from chainrule.graph.build import Builder
from chainrule.graph.evaluate import evaluate
from chainrule.reading.roles import Reading
from chainrule.reading.updates import Update
from chainrule.reading.views import read_by, root


def with_joined_steps(reading: Reading) -> Reading:
    """The reading in which `for i in range(n): w -= rate * g[i]` is one update, along the sum of the gradients; and so are the steps
    of one row, `w[k] -= rate * g[i]`, where k comes again.
    """
    chains = [chain for chain in (*_chains(reading), *_of_one_entry(reading)) if len({u.step for u in chain}) > 1]
    if not chains:
        return reading
    trace = reading.trace
    builder = Builder(trace.graph.nodes)
    joined: dict[Update, Update | None] = {}
    for chain in chains:
        total: int | None = None
        for update in {u.step: u for u in chain}.values():
            gradient, flips = gradient_part(reading.graph, update.step, reading.rate)
            if update.sign * flips != chain[0].sign:
                gradient = builder.add("negative", (gradient,))
            total = gradient if total is None else builder.add("add", (total, gradient))
        assert total is not None
        joined |= dict.fromkeys(chain)
        joined[chain[0]] = replace(chain[-1], old=chain[0].old, step=total, sign=chain[0].sign, parameter=chain[0].parameter)
    added = tuple(
        replace(n, source=trace.graph.nodes[chains[0][0].step].source) for n in builder.nodes[len(trace.graph.nodes) :]
    )
    whole = replace(trace.graph, nodes=(*trace.graph.nodes, *added))
    values = tuple(evaluate(whole, trace.leaves, start=trace.values, check_guards=False))
    longer = replace(trace, graph=whole, values=values, own=trace.appended)
    updates = tuple(v for u in reading.updates if (v := joined.get(u, u)) is not None)
    graph = replace(reading.graph, nodes=(*reading.graph.nodes, *added))
    return replace(reading, trace=longer, graph=graph, values=values, updates=updates)


def _chains(reading: Reading) -> list[list[Update]]:
    """The updates of each parameter that follow on each other, where no step and no loss knows what lies between."""
    nodes = reading.graph.nodes
    chains: list[list[Update]] = []
    for update in reading.updates:
        held = root(nodes, update.old)
        if nodes[update.new].op == "store" or update.share is not None:
            continue
        before = next((c for c in chains if c[-1].new == held), None)
        if before is None:
            chains.append([update])
        elif _apart(reading, before, update):
            before.append(update)
    return chains


def _of_one_entry(reading: Reading) -> list[list[Update]]:
    """The updates of one entry of an array, where no step and no loss knows what lies between."""
    nodes = reading.graph.nodes
    chains: dict[tuple[int, str], list[Update]] = {}
    for update in reading.updates:
        if nodes[update.new].op != "store" or update.share is not None or update.kept is not None:
            continue
        whole, path = picked_entry(nodes, update.old, reading.before)
        if path:
            chains.setdefault((whole, repr(path)), []).append(update)
    return [c for c in chains.values() if all(_apart(reading, c[:i], u) for i, u in enumerate(c) if i)]


def _apart(reading: Reading, chain: Sequence[Update], update: Update) -> bool:
    news, seen = {u.new for u in chain}, set[int]()
    waiting = [update.step, reading.loss.node]
    while waiting:
        i = waiting.pop()
        if i in news:
            return False
        if i not in seen:
            seen.add(i)
            waiting += read_by(reading.graph.nodes[i])
    return True
