"""A pass that goes through rows one by one: each has its own loss, and the gradient is gathered over them.

No line of such a program computes the loss that is stepped along: it is the sum (or the mean) of the rows' losses.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import reduce
from operator import or_

from chainrule.checking.claim import Claim
from chainrule.checking.compare import TOLERANCE
from chainrule.checking.verdicts import Judgement
from chainrule.graph.build import Builder
from chainrule.graph.reach import ancestors, descendants, goes_into, made_with
from chainrule.reading.appended import with_loss
from chainrule.reading.roles import Reading, infer

MOST_ROWS = 256


def versions_in_pass(reading: Reading) -> list[int]:
    """The versions of the loss that the pass computes, one for each row."""
    mine = reading.loss.name
    nodes = reading.graph.nodes
    stop = max(reading.stop, reading.loss.node + 1)
    return [
        i
        for i in range(reading.start, stop)
        if (n := nodes[i].name) and (n.text, n.scope) == (mine.text, mine.scope) and nodes[i].op not in ("input", "constant")
        and not nodes[i].shape
    ]  # fmt: skip


def overwritten(reading: Reading) -> list[int]:
    """Versions of the loss that another line of the pass gives another value, and that it is not made of."""
    nodes, loss = reading.graph.nodes, reading.loss.node
    before, own = ancestors(reading.graph, [loss]), nodes[loss].source
    beyond = before | descendants(reading.graph, [loss])
    versions = [i for i in versions_in_pass(reading) if i not in beyond]
    return [i for i in versions if own and (s := nodes[i].source) and s.place != own.place]


def sum_over_rows(reading: Reading) -> Reading | None:
    """The same pass with the sum of its rows' losses for its loss; None where the pass has one loss only."""
    rows = _rows(reading)
    if not 2 <= len(rows) <= MOST_ROWS:
        return None

    def added_up(builder: Builder) -> int:
        total = rows[0]
        for row in rows[1:]:
            total = builder.add("add", (total, row))
        return total

    whole, total = with_loss(reading.trace, added_up, f"the sum of {reading.loss.name.text} over {len(rows)} rows")
    wrt = tuple(p.name.text for p in reading.parameters if p.evidence == "given")
    summed = infer(whole, loss=total, wrt=wrt or None)
    return replace(summed, loss=replace(summed.loss, evidence=reading.loss.evidence))


def gathers(reading: Reading, claims: Sequence[Claim]) -> list[Claim]:
    """The derivatives that are made of more rows than one."""
    rows = _rows(reading)
    if len(rows) < 2:
        return []
    own = [bits if bits.bit_count() == 1 else 0 for bits in goes_into(reading.graph, rows)]  # the one row that a node is of
    mine = 1 << rows.index(reading.loss.node) if reading.loss.node in rows else 0

    def gathered(claim: Claim) -> bool:
        made_of = reduce(or_, (own[i] for i in ancestors(reading.graph, [claim.node])))
        return made_of.bit_count() > (1 if made_of & mine or not reading.trace.passes else 0)

    return [c for c in claims if c.of is None and gathered(c)]


def as_mean(judgement: Judgement, reading: Reading) -> Judgement:
    """1/N of the sum's gradient is the mean's, and no slip: neither of the two is written."""
    count = len(_rows(reading))
    if judgement.kind == "scale" and judgement.factor is not None and abs(judgement.factor * count - 1) < TOLERANCE:
        words = f"∂/∂{judgement.with_respect_to} of the mean of {reading.loss.name.text} over {count} rows"
        return replace(judgement, verdict="right", kind="", factor=None, because=words)
    return judgement


def of_later_rows(reading: Reading) -> set[int]:
    """What only rows after a step of the same pass are made of: small batches are added up, stepped along, and added up again."""
    rows = _rows(reading)
    others = [i for i in versions_in_pass(reading) if i > max(rows)] if rows else []
    if not others:
        return set()
    graph, stepped = reading.trace.graph, frozenset(u.new for u in reading.updates)
    return ancestors(graph, others, stepped) - ancestors(graph, rows) - stepped


def too_many_rows(reading: Reading, claim: Claim) -> Judgement:
    """What is said of a gradient gathered over more rows than are followed."""
    node, wrt = reading.graph.nodes[claim.node], reading.graph.nodes[claim.wrt].name
    words = f"it is gathered over {len(_rows(reading))} rows, and the losses of at most {MOST_ROWS} are added up"
    return Judgement(
        claim.name, claim.node, wrt.text if wrt else "?", "cannot tell", words, source=node.source, loss=reading.loss.name.text
    )


def _rows(reading: Reading) -> list[int]:
    """The rows' losses: versions of which none is made from another (a running total is one loss), all of one line, after the
    same steps.
    """
    after = made_with(reading.trace.graph, sorted({u.new for u in reading.updates}))
    versions = [i for i in versions_in_pass(reading) if after[i] == after[reading.loss.node]]
    sources = (reading.graph.nodes[i].source for i in versions)
    if len({source.place if source else None for source in sources}) > 1:
        return []
    if len(versions) < 2 or versions[0] in ancestors(reading.graph, [versions[-1]]):
        return []
    return versions
