"""What follows from what: a derivative computed from a wrong one is wrong with it, and would be right given a right one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from chainrule.checking.bench import Bench
from chainrule.checking.compare import compare
from chainrule.errors import EvaluationError
from chainrule.graph.differentiate import restrict
from chainrule.graph.evaluate import evaluate
from chainrule.graph.reach import ancestors
from chainrule.graph.records import Node

ENOUGH = 3


def follows_from(bench: Bench, k: int, doubtful: Sequence[int], samples: Sequence[Mapping[int, Any]]) -> list[int]:
    """The doubtful claims that claim `k` is computed from, where it would be right if they were; else none.

    `doubtful` holds the places of claims in the bench that are wrong or off by a factor.
    """
    graph, claims, true = bench.reading.graph, bench.claims, bench.true
    target = claims[k].node
    before = ancestors(graph, [target])
    cut = [d for d in doubtful if d != k and claims[d].node in before and claims[d].node != target and true[d] is not None]
    at = true[k]
    if not cut or at is None:
        return []
    nodes = list(graph.nodes)
    for d in cut:
        old = nodes[claims[d].node]
        nodes[claims[d].node] = Node("input", (), {}, old.shape, old.dtype, old.name, old.source)
    inputs = tuple(i for i, n in enumerate(nodes) if n.op == "input")
    part, place = restrict(replace(graph, nodes=tuple(nodes), inputs=inputs), [target], inputs=())
    used = [d for d in cut if claims[d].node in place]
    agreed = 0
    for sample in samples:
        values = bench.at(sample, again=False)
        if values is None:
            continue
        given = {place[i]: v for i, v in sample.items() if i in place}
        given |= {place[claims[d].node]: values[t] for d in used if (t := true[d]) is not None}
        try:
            answer = compare(evaluate(part, given, check_guards=False)[place[target]], values[at])
        except EvaluationError:
            return []
        if answer == "different":
            return []
        agreed += answer == "same"
    return used if agreed >= ENOUGH else []
