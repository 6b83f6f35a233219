"""What is made from a derivative says how it was meant: its sign, its factor, what it is of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from chainrule.checking.bench import build
from chainrule.checking.claim import Claim
from chainrule.checking.compare import TOLERANCE, compare, factor_text, ratio, share
from chainrule.checking.verdicts import Judgement, Verdict
from chainrule.checking.weighing import counts_of, weigh
from chainrule.graph.reach import ancestors
from chainrule.reading.names import PARAMETER, last_of
from chainrule.reading.roles import Reading
from chainrule.reading.views import root

BROUGHT_IN = "which later lines bring in"
SUMS = ("add", "subtract", "alias", "to_real", "divide")
MOST_SUMMANDS = 6


def by_what_is_made(reading: Reading, claims: Sequence[Claim], results: Sequence[Judgement]) -> list[Judgement]:
    """What is made from a derivative says how it was meant, where all of that is right: `delta = target − output` is minus
    the derivative; another lacks the 1/m that later lines bring in; of a third, its name does not say what it is of.
    """
    found = list(results)
    for i in reversed(range(len(claims))):
        claim, judgement = claims[i], results[i]
        if claim.update is not None or claim.part or not (judgement.fails or judgement.kind == "scale"):
            continue
        if judgement.fails and judgement.factor is None and _may_be_any_state(reading, claim):
            words = f"it is not {judgement.derivative}; its name may mean the state at another step"
            found[i] = judgement.instead("cannot tell", words)
            continue
        if judgement.fails and _is_made_again(reading, claims, results, i):
            words = f"it is not {judgement.derivative}, and nothing is made from it: the one that a later line makes is judged"
            found[i] = judgement.instead("cannot tell", words)
            continue
        made = made_from(reading, claims, found, i)
        times = "" if judgement.factor is None else factor_text(judgement.factor, counts_of(reading))
        unknown = bool(made) and all(j.verdict == "cannot tell" for j in made)
        if unknown and reading.graph.nodes[claim.wrt].op != "input":
            words = f"it is not {judgement.derivative}, unless its name says that loosely; and of what is made from it nothing is known"
            found[i] = judgement.instead("cannot tell", words)
            continue
        held = root(reading.graph.nodes, claim.node)  # another name of it adds nothing to it
        made_anew = [j for j in made if root(reading.graph.nodes, j.node) != held]
        added_to = [j for j in made_anew if j.with_respect_to == judgement.with_respect_to]
        finished = any(j.verdict == "right" for j in added_to)
        if added_to and judgement.fails and (of_part := _of_a_summand(reading, claim, finished=finished)) is not None:
            found[i] = judgement.instead("right", of_part)
            continue
        value = reading.graph.nodes[claim.wrt]
        within = value.op != "input" and not PARAMETER.match(last_of(value))  # a parameter has no step of its own
        if (made or within) and judgement.fails and _is_local(reading, claim):
            words = f"it is made of nothing that comes after {judgement.with_respect_to} on the way to {reading.loss.name.text}: perhaps the derivative of one step, and not {judgement.derivative}"
            found[i] = judgement.instead("cannot tell", words)
            continue
        if judgement.factor is not None and judgement.factor < 0 and made and all(j.kind == "scale" for j in made):
            times = share(-judgement.factor, "the gradient of the loss as written", counts_of(reading))
            if factor_text(judgement.factor, counts_of(reading)) == "−1":
                found[i] = judgement.instead("right", f"−{judgement.derivative}, its sign turned for the update")
            else:
                words = f"exactly {times}, its sign turned for the update"
                found[i] = replace(judgement, kind="scale", factor=-judgement.factor, because=words)
            continue
        some_right = any(j.verdict == "right" for j in made)
        turned = judgement.factor is not None and judgement.factor < 0 and some_right  # `error = target − output`, added
        brought_in = (judgement.kind == "scale" and "=" in times and some_right) or turned
        if not brought_in and not _right_but_for_a_factor(made):
            continue
        scaled = any(j.kind == "scale" for j in made)
        if scaled and not brought_in and judgement.factor is not None:
            continue
        whose = judgement.derivative
        verdict: Verdict = "right"
        if _turned(judgement):
            words = f"−{whose}, and what is made from it is right"
        elif judgement.factor is not None:
            words = f"{times} times {whose}, {BROUGHT_IN}"
        elif _may_mean_another(reading, claim) or _is_part_of_right(reading, claims, found, i):
            right = "off by a factor at most" if scaled else "right"
            words = f"it is not {whose}, but what is made from it is {right}: its name does not say what it is of"
            verdict = "cannot tell"
        else:
            continue
        found[i] = judgement.instead(verdict, words)
    return _where_nothing_follows(reading, claims, results, found)


def _where_nothing_follows(
    reading: Reading, claims: Sequence[Claim], results: Sequence[Judgement], found: Sequence[Judgement]
) -> list[Judgement]:
    """The last derivative that goes back, of which nothing is made, is no other than those that the same line gave before."""
    times = {
        (j.source.place, round(j.factor, 9)): final.because.partition(" times ")[0]
        for j, final in zip(results, found, strict=True)
        if j.source is not None and j.factor is not None and final.because.endswith(BROUGHT_IN)
    }
    whole = list(found)
    for i, (claim, j) in enumerate(zip(claims, found, strict=True)):
        factor = times.get((j.source.place, round(j.factor, 9))) if j.source and j.factor is not None else None
        held = root(reading.graph.nodes, claim.node)
        if (
            factor
            and (j.kind == "scale" or j.fails)
            and claim.update is None
            and all(root(reading.graph.nodes, made.node) == held for made in made_from(reading, claims, found, i))
        ):
            words = f"{factor} times {j.derivative}, as that of the layer after it; nothing is made from it"
            whole[i] = j.instead("right", words)
    return whole


def _is_local(reading: Reading, claim: Claim) -> bool:
    """Whether a derivative by its name is made without any leaf that only what comes after its value brings in."""
    graph = reading.graph

    def leaves(of: int) -> set[int]:
        return {i for i in ancestors(graph, [of]) if graph.nodes[i].op == "input"}

    after = leaves(reading.loss.node) - leaves(claim.wrt)
    return claim.link == "name" and bool(after) and after.isdisjoint(leaves(claim.node))


def _of_a_summand(reading: Reading, claim: Claim, *, finished: bool) -> str | None:
    """What is said of the derivative of one summand of the loss, to which a later line adds that of another, such as a penalty;
    a factor is brought in by later lines only where what they make of it is right (`finished`).
    """
    nodes = reading.graph.nodes
    at, found = reading.loss.node, list[int]()
    while nodes[at].op in SUMS and len(found) < MOST_SUMMANDS:
        if nodes[at].op in ("add", "subtract"):
            found += [i for i in nodes[at].inputs if claim.wrt in ancestors(reading.graph, [i])]
        at = nodes[at].inputs[0]
    if not found or claim.of is not None:
        return None
    tried = [replace(claim, of=i, alternatives=()) for i in found]
    if not _may_be_one(reading, tried):
        return None
    for part, judgement in zip(found, weigh(reading, tried), strict=True):
        if judgement.verdict == "right" or (finished and judgement.factor is not None):
            times = "" if judgement.factor is None else f"{factor_text(judgement.factor, counts_of(reading))} times "
            where = f"what {nodes[part].name.text} holds" if nodes[part].name else f"the `{nodes[part].op}`"  # type: ignore[union-attr]
            line = f" at {nodes[part].source!r}" if nodes[part].source else ""
            return f"{times}∂/∂{judgement.with_respect_to} of {where}{line}; later lines bring in the rest of {reading.loss.name.text}"
    return None


def _may_be_one(reading: Reading, claims: Sequence[Claim]) -> bool:
    """Whether one of some claims holds at the program's own values, but for a factor: only then it is worth weighing."""
    bench = build(reading, claims)
    values = bench.at(reading.leaves, again=False)
    if values is None:
        return True
    pairs = [(values[c.node], values[t]) for c, t in zip(claims, bench.true, strict=True) if t is not None]
    return any(compare(written, true) != "different" or ratio(written, true) is not None for written, true in pairs)


def _is_made_again(reading: Reading, claims: Sequence[Claim], results: Sequence[Judgement], i: int) -> bool:
    """Whether a derivative is only shown, and another line then adds up the one for the same value, which is right: a notebook
    shows what the last step gives before it adds up all of them.
    """
    nodes = reading.graph.nodes
    claim, mine = claims[i], results[i].source
    if mine is None or any(claim.node in node.inputs and node.op != "count" for node in nodes):
        return False

    def adds_up(later: Claim) -> bool:
        names = [n.text for s in nodes[later.node].inputs if (n := nodes[root(nodes, s)].name) is not None]
        return nodes[later.node].op == "add" and later.name.text in names

    return any(
        c.name.text == claim.name.text and c.wrt == claim.wrt and c.node > claim.node and adds_up(c)
        and (j.verdict == "right" or j.kind == "scale") and j.source is not None and j.source.place != mine.place
        for c, j in zip(claims, results, strict=True)
    )  # fmt: skip


def _may_be_any_state(reading: Reading, claim: Claim) -> bool:
    """Whether a derivative goes by the name of an array of zeros that is no parameter: what a recurrence begins with, of many
    states.
    """
    node = reading.graph.nodes[claim.wrt]
    given = node.op == "input" and bool(node.shape) and not PARAMETER.match(last_of(node))
    stepped = {root(reading.graph.nodes, u.old) for u in reading.updates}
    return given and claim.wrt not in stepped and not np.any(reading.values[claim.wrt])


def _may_mean_another(reading: Reading, claim: Claim) -> bool:
    """Whether a name leaves open what a derivative is for: an intermediate value, a target, data that goes by it in another
    function.
    """
    node = reading.graph.nodes[claim.wrt]
    if node.op != "input" or any(t.node == claim.wrt for t in reading.targets):
        return True
    elsewhere = node.name is not None and node.name.scope != claim.name.scope
    return elsewhere and all(p.node != claim.wrt for p in reading.parameters)


def made_from(reading: Reading, claims: Sequence[Claim], found: Sequence[Judgement], i: int) -> list[Judgement]:
    """What is made from a derivative in the end, for leaves and in steps; what only its name says to be one, for want of those."""
    stepped = frozenset(u.new for u in reading.updates)  # what later steps make of a parameter is made from everything
    later = [
        (c, j)
        for c, j in zip(claims, found, strict=True)
        if c.node > claims[i].node and claims[i].node in ancestors(reading.graph, [c.node], stepped)
    ]
    final = [j for c, j in later if c.update is not None or reading.graph.nodes[c.wrt].op == "input"]
    return final or [j for _, j in later]


def _is_part_of_right(reading: Reading, claims: Sequence[Claim], found: Sequence[Judgement], i: int) -> bool:
    """Whether a later claim for the same value is right and made from claim `i`: each layer that a value goes into gives a part."""
    mine = claims[i]
    return any(
        c.wrt == mine.wrt and c.node > mine.node and j.verdict == "right" and mine.node in ancestors(reading.graph, [c.node])
        for c, j in zip(claims, found, strict=True)
    )


def _turned(judgement: Judgement) -> bool:
    return judgement.factor is not None and abs(judgement.factor + 1) < TOLERANCE


def used_right(reading: Reading, claims: Sequence[Claim], results: Sequence[Judgement], i: int) -> bool:
    """Whether a derivative is made from claim `i` that is right in the end, but for a factor; others may have slips of their own."""
    return any(j.verdict == "right" or j.kind == "scale" for j in made_from(reading, claims, results, i))


def _right_but_for_a_factor(made: Sequence[Judgement]) -> bool:
    return bool(made) and all(j.verdict == "right" or j.kind == "scale" for j in made)
