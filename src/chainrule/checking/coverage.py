"""Update lines, given the gradient that they use; and what no derivative or update was found for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import prod

from chainrule.checking.by_use import gradient_part, preconditioned
from chainrule.checking.claim import Claim, called_there
from chainrule.checking.verdicts import Coverage, Judgement
from chainrule.graph.reach import ancestors
from chainrule.reading.roles import Reading
from chainrule.reading.views import before_stores, root
from chainrule.working.numbers import text_of


def judge_updates(reading: Reading, claims: Sequence[Claim], judged: Sequence[Judgement]) -> list[Judgement]:
    """Each update line, given the gradient that it uses: a wrong gradient is not reported twice."""
    found: list[Judgement] = []
    of_claim = {c.update.new: (c, j) for c, j in zip(claims, judged, strict=True) if c.update is not None}
    # an entry that is stored is stored once more, by the name of its array
    of_step = {(c.update.step, c.update.parameter): (c, j) for c, j in of_claim.values() if c.update is not None}
    values = reading.values
    for update in reading.updates:
        node = reading.graph.nodes[update.new]
        parameter = reading.graph.nodes[update.parameter].name
        pair = of_claim.get(update.new) or of_step.get((update.step, update.parameter))
        if pair is None:
            continue
        claim, verdict = pair
        named = node.name or (parameter if update.new in of_claim and verdict.misused else None)
        if named is None:
            continue
        own = claim.link == "update" and prod(reading.graph.nodes[claim.wrt].shape) == prod(node.shape)
        known = called_there(reading.graph.nodes, claim.wrt if own else update.parameter, named.scope)
        wrt = known.text if known else "?"
        base = Judgement(
            named, update.new, wrt, "right", "", kind="update", written=values[update.new], true=values[update.new], source=node.source,
            loss=reading.loss.name.text, samples=verdict.samples, domain=verdict.domain,
        )  # fmt: skip
        given = claim.name.text if claim.name != named else "the gradient in the same line"
        kept = 1.0 if update.kept is None else float(values[update.kept])
        if verdict.misused:
            found.append(replace(base, verdict="wrong", kind="mistake", because=verdict.misused))
        elif not 0 < kept <= 1:
            words = f"it takes the step from {text_of(kept)} times {wrt}, where one of gradient descent is from {wrt} itself"
            found.append(replace(base, verdict="wrong", kind="mistake", because=words))
        else:
            step, _ = gradient_part(reading.graph, update.step, reading.rate)
            newton = preconditioned(reading.graph.nodes, step) is not None
            what = f"one Newton step on {wrt}; its matrix is not judged" if newton else f"one gradient-descent step on {wrt}"
            less = f", which keeps {text_of(kept)} of it" if kept != 1 else ""
            found.append(replace(base, because=f"given {given}: {what}{less}"))
    return found


def coverage(reading: Reading, covered: set[int], others: Sequence[Reading] = ()) -> Coverage:
    """What of the parameters is left without a derivative, an update or a loss; `others` are networks beside this one."""
    nodes = reading.graph.nodes
    updated = {of(nodes, i) for u in reading.updates for i in (u.old, u.parameter) for of in (root, before_stores)}
    handed = ancestors(reading.graph, [wrt for _, wrt in reading.trace.handed_over])  # a search steps along what it is handed
    before = {i for part in (reading, *others) for i in part.before}
    names = {r.node: r.name.text for r in reading.parameters}
    outside = [
        n.name.text
        for i in dict.fromkeys(root(reading.graph.nodes, u.old) for u in reading.updates)
        if i not in before and (n := reading.graph.nodes[i]).name is not None and n.op == "input"
    ]
    return Coverage(
        tuple(t for i, t in names.items() if i not in covered | handed),
        tuple(t for i, t in names.items() if i not in updated | handed),
        tuple(dict.fromkeys(outside)),
    )
