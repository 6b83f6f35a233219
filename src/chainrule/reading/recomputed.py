"""What a program's graph gives, computed anew: it must be what the program had."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from chainrule.errors import EvaluationError
from chainrule.graph.evaluate import evaluate
from chainrule.graph.records import Graph
from chainrule.reading.traced import plain


def recomputed(graph: Graph, leaves: Mapping[int, Any]) -> tuple[Graph, list[Any], tuple[int, ...]]:
    """Every value, from what was read. A node that cannot be recomputed becomes an unknown one, and is named as lost."""
    nodes = list(graph.nodes)
    lost: list[int] = []
    values: list[Any] = []
    while True:
        try:
            values = evaluate(graph, leaves, start=values)
        except EvaluationError as error:
            node = nodes[error.node]
            value = np.full(node.shape, np.nan)[()]
            nodes[error.node] = replace(node, op="opaque", attributes={"function": node.op, "value": value, "recall": None})
            lost.append(error.node)
            values = [*error.before, value]
        else:
            return (replace(graph, nodes=tuple(nodes)) if lost else graph), values, tuple(lost)


def agrees(value: Any, observed: Any) -> bool:
    """What the graph gives is what the program had (single precision is allowed its rounding)."""
    if observed is None or value is observed:
        return True
    if type(value) is float and type(observed) is float:
        return (
            value == observed
            or abs(value - observed) <= 1e-6 + 1e-4 * abs(observed)
            or (value != value and observed != observed)
        )
    try:
        return bool(np.allclose(value, plain(observed), rtol=1e-4, atol=1e-6, equal_nan=True))
    except (TypeError, ValueError):
        return True
