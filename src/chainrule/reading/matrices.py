"""NumPy's matrices, `np.mat(…)`: always of two axes, and `*` is their product. The graph holds arrays of the same shapes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from chainrule.graph.values import indexed
from chainrule.reading.traced import holds_traced, plain

if TYPE_CHECKING:
    from chainrule.graph.build import Builder
    from chainrule.reading.dispatch import Table

REDUCTIONS = ("sum", "mean", "max", "min")


def is_matrix(value: Any) -> bool:
    return isinstance(value, np.matrix)


def as_matrix(t: Table, function: Any, arguments: Any, options: Any) -> Any:
    """np.matrix(x), np.asmatrix(x): the values of x, of two axes."""
    raw = function(*plain(arguments), **plain(options))
    if not holds_traced(arguments[0]):
        return raw
    node = t.recorder.node_of(arguments[0])
    if t.recorder.builder.nodes[node].shape != raw.shape:
        node = t.recorder.record("reshape", (node,), {"shape": raw.shape}, np.asarray(raw))
    return t.recorder.wrap(raw, node)


def operator_of(op: str, left: Any, right: Any) -> str:
    """The operation on arrays that an operator between matrices means; "" where there is none."""
    if not (is_matrix(left) or is_matrix(right)):
        return op
    if op == "multiply":
        return "matmul" if np.ndim(left) and np.ndim(right) else op
    return "" if op == "power" else op


def without_lost_axes(
    builder: Builder, op: str, inputs: tuple[int, ...], attributes: Mapping[str, Any], raw: np.matrix
) -> tuple[dict[str, Any], tuple[int, ...]]:
    """The attributes and the shape that an operation on arrays has where it is to give a matrix: a row of a matrix is one of two
    axes, and a sum over one keeps it.
    """
    if op in REDUCTIONS:
        return {**attributes, "keepdims": True}, raw.shape
    if op == "index":
        return dict(attributes), indexed(builder.nodes[inputs[0]].shape, key=attributes["key"])
    return dict(attributes), raw.shape


def FUNCTIONS() -> list[tuple[Any, Any]]:  # noqa: N802 - a table, made when first needed
    return [(np.matrix, as_matrix), (np.asmatrix, as_matrix)]
