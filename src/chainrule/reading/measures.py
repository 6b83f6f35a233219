"""How much a value is made as losses are: of squares, logarithms or sizes, summed and scaled."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from chainrule.graph.records import Node

SQUARES = ("multiply", "matmul", "einsum")
LINEAR = ("add", "subtract", "negative", "sum", "mean", "alias", "index", "reshape", "to_real", "where", "maximum", "sqrt")


def error_measures(nodes: Sequence[Node]) -> list[int]:
    """For each node, how much it is made as losses are: 2 of squares or logarithms, summed and scaled; 1 of sizes; 0 else."""
    found: list[int] = []
    for node in nodes:
        own = 0
        if node.op in ("log", "log1p") or (node.op in SQUARES and len({*node.inputs}) == 1):
            own = 2
        elif node.op == "power":
            exponent = nodes[node.inputs[1]].attributes.get("value", 0)
            own = 2 if np.ndim(exponent) == 0 and exponent in (2, 4) else 0
        elif node.op == "absolute":
            own = 1
        elif node.op in LINEAR:
            own = max((found[s] for s in node.inputs), default=0)
        elif node.op in ("multiply", "divide") and any(_is_given(nodes, s) for s in node.inputs):
            own = max((found[s] for s in node.inputs if not _is_given(nodes, s)), default=0)
        found.append(own)
    return found


def is_error(nodes: Sequence[Node], measures: Sequence[int], i: int) -> bool:
    """Whether a value is a difference with its sign, `err_i = p - y`: it has no least value, and is no loss."""
    return nodes[i].op == "subtract" and not measures[i]


def _is_given(nodes: Sequence[Node], i: int) -> bool:
    """A number, a value of the data, or what is computed from such in a step or two: 1 − y, N, ½."""
    for _ in range(4):
        node = nodes[i]
        if node.op in ("constant", "input", "count"):
            return True
        rest = [s for s in node.inputs if nodes[s].op not in ("constant", "count")]
        if len(rest) != 1 or node.op == "call":
            return not rest and bool(node.inputs)
        i = rest[0]
    return False
