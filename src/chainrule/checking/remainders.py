"""A derivative that is gathered line by line: a part is right where the rest is yet to come, and what brings the rest is judged
by what it adds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from chainrule.checking.by_name import PART
from chainrule.checking.claim import Claim
from chainrule.checking.compare import as_floats, ratio, share
from chainrule.checking.verdicts import Judgement
from chainrule.checking.weighing import counts_of, right_for
from chainrule.graph.records import Node
from chainrule.reading.roles import Reading
from chainrule.reading.updates import root

REST = "later lines bring in the rest of "
LEFT_OUT = "it leaves out one use of "


def with_the_rest(reading: Reading, claims: Sequence[Claim], results: Sequence[Judgement]) -> list[Judgement]:
    """`dW = x.T @ d` leaves out the penalty, which `dW += reg * W` is to add: where the sum is wrong, that line is."""
    nodes = reading.graph.nodes
    found = list(results)
    for k, (claim, whole) in enumerate(zip(claims, results, strict=True)):
        for i in _summands(nodes, claims, claim) if whole.fails else ():
            part = results[i]
            if part.fails and part.mistakes and all(m.startswith(LEFT_OUT) for m in part.mistakes):
                found[i] = part.instead("right", f"{right_for(reading, claims[i], part.with_respect_to)}; {PART}")
            elif not (part.verdict == "right" and part.because.endswith((PART, f"{REST}{reading.loss.name.text}"))):
                continue
            added = _rest(reading, whole, part)
            if added is not None and not whole.mistakes:
                found[k] = replace(whole, because=added, mistakes=(added,))
    return found


def _summands(nodes: Sequence[Node], claims: Sequence[Claim], claim: Claim) -> list[int]:
    """The claims for the same value that a claim adds something to."""
    node = nodes[root(nodes, claim.node)]
    if node.op != "add":
        return []
    terms = {root(nodes, s) for s in node.inputs}
    return [
        i for i, c in enumerate(claims)
        if c.node != claim.node and root(nodes, c.node) in terms and root(nodes, c.wrt) == root(nodes, claim.wrt)
    ]  # fmt: skip


def _rest(reading: Reading, whole: Judgement, part: Judgement) -> str | None:
    """What a line adds, as a multiple of what it should add, where it is one."""
    values = [as_floats(v) for v in (whole.written, part.written, whole.true)]
    if any(v is None or v.size != values[0].size for v in values if values[0] is not None) or values[0] is None:
        return None
    written, before, true = (v.ravel() for v in values if v is not None)
    factor = ratio(written - before, true - before)
    if factor is None:
        return None
    return f"what it adds to {part.name.text} is {share(factor, 'the rest of the derivative', counts_of(reading))}"
