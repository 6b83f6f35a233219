"""Which loss a derivative belongs to: a version of the program's, another network's, or that of the call it was computed in."""

from __future__ import annotations

import bisect
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from dataclasses import replace
from functools import partial
from typing import TypeAlias

from chainrule.checking.claim import Claim
from chainrule.checking.handed_in import EVIDENCE as HANDED_IN
from chainrule.checking.handed_in import HandedIn, handed_in
from chainrule.checking.rows import of_later_rows
from chainrule.graph.reach import ancestors, made_with
from chainrule.reading.loss import loss_candidates, versions_of
from chainrule.reading.measures import error_measures, is_error
from chainrule.reading.names import STRONG_LOSS, last, reads_as_derivative, reads_as_loss
from chainrule.reading.passes import cut_off
from chainrule.reading.recorded import CallSite
from chainrule.reading.roles import Reading, infer
from chainrule.reading.trace import Trace
from chainrule.reading.updates import Update, find_updates
from chainrule.reading.views import root

Theirs: TypeAlias = Callable[[Reading, Claim], bool]


def parts(trace: Trace, reading: Reading, others: Sequence[Reading]) -> Iterator[tuple[Reading, Theirs]]:
    """The readings that a program is judged by, and which claims are each one's: those of the loss and its versions, of other
    networks, and of calls that compute a loss of their own.
    """
    losses = _losses(trace, reading)
    calls = list(_with_losses_of_their_own(trace, reading))

    def elsewhere(claim: Claim) -> bool:
        return any(_within(claim, call) for _, call in calls)

    def of_others(claim: Claim) -> bool:
        return not _reaches(reading, claim) and any(_reaches(other, claim) for other in others)

    handed = [] if reading.loss.evidence == "given" else handed_in(cut_off(trace, trace.appended))
    is_handed = reading.loss.evidence == HANDED_IN
    if not is_handed:  # what the loss itself is made of is no gradient of another: loss = np.sum(out * upstream)
        measured = ancestors(trace.graph, [reading.loss.node])
        handed = [h for h in handed if h.gradients.isdisjoint(measured)]
    tried_apart = handed[:-1] if is_handed else handed  # the last one is the reading itself
    made_apart = frozenset(i for part in tried_apart for i in part.made)
    outputs = handed[-1].outputs if is_handed else frozenset[int]()

    def of_another_gradient(claim: Claim) -> bool:
        return claim.node in made_apart or (claim.wrt < trace.appended and root(trace.graph.nodes, claim.wrt) in outputs)

    later = of_later_rows(reading) if trace.passes else set[int]()
    for version in _versions(trace, reading):
        yield (
            _without(version, made_apart),
            lambda part, c: (
                _belongs(c, part, trace, losses)
                and not (
                    of_others(c)
                    or elsewhere(c)
                    or of_another_gradient(c)
                    or (later and not later.isdisjoint(ancestors(trace.graph, [c.node])))
                )
            ),
        )
    for tried in tried_apart:
        rest = frozenset(i for part in handed if part is not tried for i in part.made) - tried.made
        yield _without(tried.reading, rest), partial(_goes_back_from, tried)
    for other in others:
        yield other, lambda part, c: _reaches(part, c) and not _reaches(reading, c) and not elsewhere(c)
    for own, call in calls:
        yield own, lambda _, c, call=call: _within(c, call)  # type: ignore[misc]


def _goes_back_from(own: HandedIn, part: Reading, claim: Claim) -> bool:
    """Whether a claim is made of a gradient that is handed in, and is for something else than its output."""
    return claim.node in own.made and root(part.graph.nodes, claim.wrt) not in own.outputs


def _without(reading: Reading, nodes: Set[int]) -> Reading:
    """A reading that knows of no names for some nodes: the same lines, run for another loss."""
    if not nodes:
        return reading
    return replace(
        reading, trace=replace(reading.trace, bindings=tuple(b for b in reading.trace.bindings if b.node not in nodes))
    )


def _with_losses_of_their_own(trace: Trace, reading: Reading) -> Iterator[tuple[Reading, CallSite]]:
    """Calls of functions that name a derivative and compute the loss that it is of, where that is no part of the program's."""
    if reading.loss.evidence == "given" or trace.own is not None:
        return
    whole = ancestors(trace.graph, [reading.loss.node])
    measures = error_measures(trace.graph.nodes)
    inside = [b for b in trace.bindings if reading.start <= b.node < reading.stop and b.name.scope]
    for call in trace.calls:
        own = [b for b in inside if call.start <= b.node < call.stop and b.name.scope == call.title]
        losses = [
            b.node
            for b in own
            if STRONG_LOSS.search(last(b.name.text)) and not trace.graph.nodes[b.node].shape
            and trace.graph.nodes[b.node].op not in ("input", "constant") and not reads_as_derivative(b.name.text)
            and not is_error(trace.graph.nodes, measures, b.node)
        ]  # fmt: skip
        several = len({trace.graph.nodes[i].name.text for i in losses}) > 1  # type: ignore[union-attr]
        if (
            losses
            and not several
            and whole.isdisjoint({root(trace.graph.nodes, i) for i in losses})
            and any(reads_as_derivative(b.name.text) for b in own)
        ):
            yield infer(trace, loss=losses[-1]), call


def _within(claim: Claim, call: CallSite) -> bool:
    return call.start <= claim.node < call.stop and claim.name.scope == call.title


def other_networks(trace: Trace, reading: Reading) -> list[Reading]:
    """A program with two networks has two losses: readings of those that updated values reach without the first."""
    if reading.loss.evidence == "given":
        return []
    nodes = trace.graph.nodes
    found: list[Reading] = []
    seen = {reading.loss.name.text}
    reached = set(reading.before)
    updates = find_updates(nodes)
    measures = error_measures(nodes)
    for i in reversed(loss_candidates(trace, reading.start, reading.stop, updates)):
        name = nodes[i].name
        lost = {root(nodes, u.old) for u in updates if reading.start <= u.new < reading.stop} - reached
        if not lost or name is None or not reads_as_loss(name.text) or name.text in seen or is_error(nodes, measures, i):
            continue
        other = infer(trace, loss=i)
        if lost & other.before:
            seen.add(name.text)
            found.append(other)
            reached |= other.before
    return found[::-1]


def _reaches(part: Reading, claim: Claim) -> bool:
    return claim.wrt in part.before


def _versions(trace: Trace, reading: Reading) -> Iterable[Reading]:
    """The pass that is shown; in a notebook whose cells repeat down the page, one reading for each version of the loss
    that a derivative may belong to.
    """
    yield reading
    if trace.passes or (reading.loss.evidence == "given" and "#" in str(reading.loss.name)):
        return
    losses = _losses(trace, reading)
    news = [u.new for u in find_updates(trace.graph.nodes)]
    nodes = [b.node for b in trace.bindings if reads_as_derivative(b.name.text)] + news
    for i in sorted({_version_before(losses, node, reading) for node in nodes} - {reading.loss.node}):
        part = infer(trace, loss=i)
        yield replace(part, loss=replace(part.loss, evidence=reading.loss.evidence))


def _losses(trace: Trace, reading: Reading) -> list[tuple[int, int]]:
    """The versions of the loss, each by where it begins and ends: `loss /= m`, `loss += penalty` go on with the one before."""
    news = sorted({u.new for u in find_updates(trace.graph.nodes)})
    versions = versions_of(trace, reading.loss.node)
    steps, earlier = made_with(trace.graph, news), made_with(trace.graph, versions)
    found: list[tuple[int, int]] = []
    for k, i in enumerate(versions):
        went_in, last_step = k and earlier[i] >> (k - 1) & 1, steps[i].bit_length() - 1
        if found and went_in and (last_step < 0 or news[last_step] < found[-1][1]):
            found[-1] = found[-1][0], i
        else:
            found.append((i, i))
    return found


def _version_before(losses: Sequence[tuple[int, int]], node: int, reading: Reading) -> int:
    """The last version of the loss begun before a node (the first, where it comes before all)."""
    at = bisect.bisect_left([start for start, _ in losses], node)
    return losses[max(at - 1, 0)][1] if losses else reading.loss.node


def _belongs(claim: Claim, part: Reading, trace: Trace, losses: Sequence[tuple[int, int]]) -> bool:
    """A claim belongs to the last version of the loss begun before it; what follows a training loop is a part of its own."""
    if trace.passes:
        follows = part.loss.node < part.stop <= claim.node < trace.appended
        return part.start <= claim.node and not follows
    return part.loss.node == _version_before(losses, claim.node, part)


def goes_on_after(reading: Reading, steps: Sequence[Update]) -> bool:
    """Whether more is added to the loss, under its name, that is computed from what the `steps` made."""
    return not reading.before_the_whole.isdisjoint(u.new for u in steps)


def of_one_row(reading: Reading, claim: Claim) -> bool:
    """Whether a step, one of several on its parameter, is made of entries of the data that the loss does not pick out."""
    nodes = reading.graph.nodes
    if reading.trace.passes:
        return False
    used = claim.update or next((u for u in reading.updates if claim.node in ancestors(reading.graph, [u.step])), None)
    if used is None:
        return False
    mine = nodes[used.new].name
    steps = [n for u in reading.updates if (n := nodes[u.new].name) and mine and (n.text, n.scope) == (mine.text, mine.scope)]
    learned = {i for u in reading.updates for i in (u.new, root(nodes, u.old))}
    picked = [
        i
        for i in ancestors(reading.graph, [claim.node])
        if nodes[i].op == "index" and learned.isdisjoint(ancestors(reading.graph, nodes[i].inputs[:1]))
    ]
    return len(steps) > 1 and not reading.before.issuperset(picked)


def another_loss(reading: Reading, claim: Claim) -> str:
    """What else in the pass reads as a loss, and is computed with what a claim is with respect to."""
    nodes = reading.trace.graph.nodes
    for i in range(reading.start, min(reading.stop, reading.trace.appended)):
        name = nodes[i].name
        if name is None or i == reading.loss.node or nodes[i].shape or nodes[i].op in ("input", "constant"):
            continue
        reads = STRONG_LOSS.search(last(name.text)) and not reads_as_derivative(name.text)
        if reads and claim.wrt in ancestors(reading.trace.graph, [i]):
            return name.text
    return ""
