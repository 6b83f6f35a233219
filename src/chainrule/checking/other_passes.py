"""Later passes of the training loop: what is right in the first one only, because one pass does not show the slip.

The first batch taken for every batch, sums of gradients that are never set back to 0, the second of two losses that one
loop trains with: in the first pass such a line gives the derivative. The program is run up to a later pass, and its lines
are judged there as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from chainrule.checking.bench import build
from chainrule.checking.claims import find_claims
from chainrule.checking.compare import compare
from chainrule.checking.judge import judge
from chainrule.checking.samples import domains
from chainrule.checking.verdicts import Check, Judgement, place
from chainrule.errors import ChainruleError
from chainrule.graph.reach import ancestors
from chainrule.reading.effects import Refused
from chainrule.reading.loops import Pass
from chainrule.reading.names import last
from chainrule.reading.roles import Reading
from chainrule.reading.run import run_again
from chainrule.reading.trace import Trace
from chainrule.reading.updates import Update
from chainrule.reading.views import root

MOST_SECONDS = 5.0


def in_later_passes(check: Check, reading: Reading, read: Callable[[Trace], Reading]) -> Check:
    """A check of the first pass, with what a later pass shows to be wrong. `read` finds the loss there."""
    first = next((p for p in reading.trace.passes if p.start == reading.start), None)
    if first is None or first.after or reading.trace.settings.iteration != (1,) or not any(map(_is_right, check.claims)):
        return check
    for iteration in _others(reading.trace, first):
        later = _read_up_to(reading.trace, first, iteration, read)
        if later is None:
            continue
        check = _unless_without_its_parameter(check, reading, later)
        new = _claims_elsewhere(check, later)
        same = later.loss.name.text != reading.loss.name.text or _all_the_same(later)
        if same and not new:
            continue
        there = judge(later.trace, later)
        if new:  # another function goes backward there
            stepped = {u.source.place for u in check.updates if u.source is not None}
            check = replace(
                check,
                claims=(*check.claims, *(j for j in there.claims if j.source and j.source.place in new)),
                updates=(*check.updates, *(u for u in there.updates if u.source and u.source.place not in stepped)),
            )
        if same:
            continue
        depth = len(iteration) - 1
        line = (*(line for line, _ in first.around), first.line)[depth]
        words = f"right in iteration 1 of the loop at line {line}, and not in iteration 2"
        check = _with(check, [j if not j.fails else _named(later, j) for j in there.claims], words)
    return check


def _unless_without_its_parameter(check: Check, reading: Reading, later: Reading) -> Check:
    """Where a line steps an array in the first pass by what is made of it, and in a later one by what is not: it may hold on to
    what the array was at first, as a function does that reads a global of another name.
    """
    stepped = {_line(later, u.new) for u in later.updates}
    run = {_line(later, i) for i in range(later.start, later.stop) if later.graph.nodes[i].op in ("add", "subtract")}
    arrays = (u for u in reading.updates if reading.graph.nodes[u.new].op != "store" and reading.graph.nodes[u.new].shape)
    lost = (u for u in arrays if (line := _line(reading, u.new)) in run - stepped and line is not None)
    stale = [u.step for u in lost if _made_here(reading, u)]
    if not stale:
        return check
    used = ancestors(reading.graph, stale) - reading.before
    words = "right in the first iteration; in the second the step is not made from what it steps, as if it held on to the first values"
    claims = (j.instead("cannot tell", words) if _is_right(j) and j.node in used else j for j in check.claims)
    return replace(check, claims=tuple(claims))


def _made_here(reading: Reading, update: Update) -> bool:
    """Whether a step is made of its parameter within the pass, and not only of what the pass before made of it."""
    nodes, old = reading.graph.nodes, root(reading.graph.nodes, update.old)
    made = {old}
    for i in range(len(nodes)):
        if (i >= reading.start or root(nodes, i) == old) and not made.isdisjoint(nodes[i].inputs):
            made.add(i)
    return update.step in made


def _line(reading: Reading, i: int) -> object:
    source = reading.graph.nodes[i].source
    return None if source is None else source.place


def _claims_elsewhere(check: Check, later: Reading) -> set[tuple[str, int | None, int]]:
    """The lines with derivatives of a later pass in which the first has none."""
    known = {j.source.place for j in check.claims if j.source is not None}
    claims = find_claims(later.trace, later.graph, later.loss.node, later.updates, later.rate)
    nodes = later.graph.nodes
    return {source.place for c in claims if (source := nodes[c.node].source) is not None} - known


def _is_right(judgement: Judgement) -> bool:
    return judgement.verdict == "right"


def _others(trace: Trace, first: Pass) -> Iterator[tuple[int, ...]]:
    """The second iteration of the loop, and that of the outermost loop around it."""
    lines = (*(line for line, _ in first.around), first.line)
    more = [d for d, line in enumerate(lines) if (run := trace.iterations.get(d)) and run[0] == line and run[1] > 1]
    for depth in dict.fromkeys([*more[-1:], *more[:1]]):
        yield (*(1,) * depth, 2)


def _read_up_to(trace: Trace, first: Pass, iteration: tuple[int, ...], read: Callable[[Trace], Reading]) -> Reading | None:
    """The program, run up to another iteration; None where it cannot be run again, or has no loss there."""
    outer = first.around[0][0] if first.around else first.line
    runs = len({p.start for p in trace.passes if (p.line, p.around) == (first.line, first.around) and p.start <= first.start})
    settings = replace(
        trace.settings,
        iteration=iteration,
        until=(outer, first.cell, runs),
        training=trace.training,
        budget=min(trace.settings.budget, MOST_SECONDS),
    )
    try:
        later = run_again(trace, {}, settings)
        return None if later.unreliable or not later.passes else read(later)
    except (Refused, ChainruleError):
        return None


def _all_the_same(reading: Reading) -> bool:
    """Whether at the values of the pass every derivative is what was written for it."""
    claims = find_claims(reading.trace, reading.graph, reading.loss.node, reading.updates, reading.rate)
    bench = build(reading, claims)
    values = bench.at({leaf.node: leaf.value for leaf in domains(reading, reading.graph)}, again=False)
    if values is None:
        return False
    return all(
        true is not None and true in values.by_node and compare(values[claim.node], values[true]) == "same"
        for claim, true in zip(claims, bench.true, strict=True)
    )


def _named(later: Reading, judgement: Judgement) -> Judgement:
    """What is said of a sum that still holds what earlier passes added up; nothing of what else is kept from pass to pass,
    such as a velocity.
    """
    nodes = later.graph.nodes
    if judgement.node >= len(nodes):  # several lines' steps taken together
        return replace(judgement, verdict="cannot tell", kind="")
    kept = [
        i
        for i in ancestors(later.graph, [judgement.node]) - later.before
        if nodes[i].op == "input" and nodes[i].shape == nodes[judgement.node].shape and np.any(later.values[i])
    ]
    if not kept or not _differs(judgement):
        return judgement
    i = judgement.node
    while nodes[i].op in ("add", "alias"):
        i = nodes[i].inputs[0]
    if i not in kept or compare(judgement.written - later.values[i], judgement.true) != "same":
        return replace(judgement, verdict="cannot tell", kind="")
    words = "it still holds what earlier passes gathered. Set it back to 0 after each step"
    return replace(judgement, because=words, mistakes=(words,), write_instead="")


def _with(check: Check, there: Sequence[Judgement], words: str) -> Check:
    """The verdicts of the first pass, but for those that another one contradicts."""
    groups: dict[object, list[Judgement]] = {}
    for j in there:
        groups.setdefault((place(j), last(j.with_respect_to)), []).append(j)
    mine: dict[object, list[Judgement]] = {}
    for j in check.claims:
        mine.setdefault((place(j), last(j.with_respect_to)), []).append(j)
    final: dict[int, Judgement] = {}
    for key, group in mine.items():
        others = groups.get(key, [])
        if len(group) == 1:
            others = others[-1:]  # of a longer sequence, what all its steps add up to
        if len(others) != len(group):
            continue  # which is of which layer is not known
        for judgement, other in zip(group, others, strict=True):
            if _is_right(judgement) and other.fails and _differs(other) and _alike(judgement, other):
                because = f"{words}{': ' if other.because else ''}{other.because}"
                final[id(judgement)] = replace(other, node=judgement.node, verdict="wrong", because=because)
    return replace(check, claims=tuple(final.get(id(j), j) for j in check.claims))


def _alike(one: Judgement, other: Judgement) -> bool:
    return bool(np.shape(one.written) == np.shape(other.written))


def _differs(judgement: Judgement) -> bool:
    known = judgement.written is not None and judgement.true is not None
    return known and compare(judgement.written, judgement.true) == "different"
