"""A program that is run on one row only: what holds for a batch of one may hold for no other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from chainrule.checking.bench import build
from chainrule.checking.claim import Claim
from chainrule.checking.compare import compare, ratio
from chainrule.checking.verdicts import Counterexample, Judgement
from chainrule.reading.roles import Reading

ROWS = 3


def tried_on_more_rows(reading: Reading, claims: Sequence[Claim], results: Sequence[Judgement]) -> list[Judgement]:
    """The verdicts, those that hold for one row only found out: the program is read again on three.

    A derivative that then has another shape than its parameter is left alone: it was written for one row, as was the program.
    """
    nodes = reading.graph.nodes
    data = [r.node for r in (*reading.inputs, *reading.targets) if len(nodes[r.node].shape) == 2]
    if not data or any(nodes[i].shape[0] != 1 for i in data) or not any(j.verdict == "right" for j in results):
        return list(results)
    sample = dict(reading.leaves)
    sample |= {i: np.concatenate([np.roll(reading.values[i], k, axis=-1) for k in range(ROWS)]) for i in data}
    bench = build(reading, claims)
    values = bench.read_again(sample)
    if values is None:
        return list(results)
    found: list[Judgement] = []
    for i, (claim, judgement) in enumerate(zip(claims, results, strict=True)):
        true = bench.true[i]
        if judgement.verdict != "right" or true is None or claim.node not in values.by_node or true not in values.by_node:
            found.append(judgement)
            continue
        written, meant = values[claim.node], values[true]
        fits = np.shape(written) == np.shape(meant) == claim.shape(nodes)
        if fits and compare(written, meant) == "different" and ratio(written, meant) is None:
            changed = {n.text: sample[k] for k in data if (n := nodes[k].name) is not None}
            words = f"it agrees with the derivative for one row, and not for {ROWS}"
            example = Counterexample(changed, written, meant)
            found.append(replace(judgement, verdict="right only here", kind="mistake", because=words, counterexample=example))
        else:
            found.append(judgement)
    return found
