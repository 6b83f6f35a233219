"""A derivative that is gathered line by line: a part is right where the rest is yet to come, and what brings the rest is judged
by what it adds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from chainrule.checking.bench import build
from chainrule.checking.by_name import PART
from chainrule.checking.claim import Claim
from chainrule.checking.compare import common_factor, share
from chainrule.checking.samples import domains, draw
from chainrule.checking.sampling import FEWEST_PAIRS, FEWEST_SAMPLES
from chainrule.checking.verdicts import Judgement
from chainrule.checking.weighing import counts_of, right_for
from chainrule.graph.records import Node
from chainrule.reading.roles import Reading
from chainrule.reading.views import root

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
            factor = None if whole.mistakes else _share_added(reading, claims[i], claim)
            if factor is not None:
                rest = share(factor, "the rest of the derivative", counts_of(reading))
                words = f"what it adds to {part.name.text} is {rest}"
                found[k] = replace(whole, because=words, mistakes=(words,))
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


def _share_added(reading: Reading, part: Claim, whole: Claim) -> float | None:
    """The factor by which what a line adds is, at every sample, a multiple of what it should add; None where there is none."""
    bench = build(reading, [part, whole])
    leaves = domains(reading, reading.graph, {part.wrt, whole.wrt})
    true = bench.true[1]
    if true is None:
        return None
    known = (bench.at(draw(leaves, n), again=False) for n in range(FEWEST_SAMPLES))
    pairs = [
        (np.asarray(v[whole.node]) - np.asarray(v[part.node]), np.asarray(v[true]) - np.asarray(v[part.node]))
        for v in known
        if v is not None and np.shape(v[whole.node]) == np.shape(v[part.node]) == np.shape(v[true])
    ]
    return common_factor(pairs) if len(pairs) >= FEWEST_PAIRS else None
