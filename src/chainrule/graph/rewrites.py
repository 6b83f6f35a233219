"""The simplifier: for each op, the algebra that lets a new node be an old one. Each row keeps the value, on every input.

A row gets the builder and the op's inputs, and answers with the index of a node to use instead, or None.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeAlias

from chainrule.graph.ops import OPS

if TYPE_CHECKING:
    from chainrule.graph.build import Builder

Rewrite: TypeAlias = "Callable[..., int | None]"


def _is(b: Builder, i: int, number: float) -> bool:
    while b.nodes[i].op in ("spread", "broadcast_like"):
        i = b.nodes[i].inputs[0]  # a number copied along axes is that number
    value = b.constant_value(i)
    return value is not None and not isinstance(value, bool) and value == number


def _fits(b: Builder, keep: int, *others: int) -> bool:
    """True where `keep` already has the shape that the op would make, and is a number: 1·True is 1."""
    return b.nodes[keep].dtype != "bool" and all(not b.shape_of(o) or b.shape_of(o) == b.shape_of(keep) for o in others)


def _fold(op: str) -> Rewrite:
    def fold(b: Builder, *inputs: int) -> int | None:
        values = [b.constant_value(i) for i in inputs]
        if any(value is None for value in values):
            return None
        try:
            return b.constant(OPS[op].value(*values))
        except (ArithmeticError, ValueError):
            return None

    return fold


def _inner(b: Builder, i: int, op: str) -> int | None:
    """The input of node `i` where that node is `op`."""
    return b.nodes[i].inputs[0] if b.nodes[i].op == op else None


def _swap_negative(b: Builder, x: int, y: int) -> int | None:
    """(−x)·y = −(x·y), so that signs gather in front."""
    inner = _inner(b, x, "negative")
    return None if inner is None else b.add("negative", (b.add("multiply", (inner, y)),))


def _over_one(b: Builder, x: int, y: int) -> int | None:
    """(1/n)·y = y/n and y·(1/n) = y/n: one division, rounded once."""
    for whole, over in ((y, x), (x, y)):
        node = b.nodes[over]
        if node.op == "divide" and _is(b, node.inputs[0], 1) and _fits(b, whole, over):
            return b.add("divide", (whole, node.inputs[1]))
    return None


def _share_of_a_sum(b: Builder, x: int, y: int) -> int | None:
    """(g/(1 + eᵘ))·eᵘ = g·(eᵘ/(1 + eᵘ)): g/(1 + eᵘ) may be too small for a number where eᵘ is large."""
    node = b.nodes[x]
    if node.op != "divide" or b.nodes[y].op != "exp" or b.nodes[node.inputs[1]].op != "add":
        return None
    if y not in b.nodes[node.inputs[1]].inputs or not _fits(b, y, node.inputs[1]):
        return None
    return b.add("multiply", (node.inputs[0], b.add("divide", (y, node.inputs[1]))))


def _order(b: Builder, x: int, axes: Any) -> tuple[int, ...]:
    """The axes of `x` in the order that a transpose puts them in."""
    rank = len(b.shape_of(x))
    return tuple(reversed(range(rank))) if axes is None else tuple(a % rank for a in axes)


def _plain_axes(b: Builder, x: int, axes: Any) -> int | None:
    """A matrix has one transpose, however its axes are written."""
    return b.add("transpose", (x,), axes=None) if axes is not None and _order(b, x, axes) == (1, 0) else None


def _turned_back(b: Builder, x: int, axes: Any) -> int | None:
    inner = _inner(b, x, "transpose")
    if inner is None:
        return None
    first = _order(b, inner, b.nodes[x].attributes["axes"])
    return inner if tuple(first[a] for a in _order(b, x, axes)) == tuple(range(len(first))) else None


def _turned_product(b: Builder, x: int, axes: Any) -> int | None:
    """(qᵀ @ g)ᵀ = gᵀ @ q, of matrices and of stacks of them."""
    node, rank = b.nodes[x], len(b.shape_of(x))
    if node.op != "matmul" or node.name is not None or rank < 2:
        return None
    turn = (*range(rank - 2), rank - 1, rank - 2)
    q, g = node.inputs
    inner = _inner(b, q, "transpose")
    if len(b.shape_of(g)) != rank or inner is None or _order(b, x, axes) != turn:
        return None
    if len(b.shape_of(inner)) != rank or _order(b, inner, b.nodes[q].attributes["axes"]) != turn:
        return None
    return b.add("matmul", (b.add("transpose", (g,), axes=turn), inner))


def _new_axes_only(key: Any) -> bool:
    parts = key if isinstance(key, tuple) else (key,)
    return all(part is None or part is Ellipsis or (type(part) is slice and part == slice(None)) for part in parts)


def _reshape_chain(b: Builder, g: int, x: int) -> int | None:
    """A reshape of a reshape is one reshape, and none where the shape is back."""
    if b.shape_of(g) == b.shape_of(x):
        return g
    inner = _inner(b, g, "reshape_like")
    return None if inner is None else b.add("reshape_like", (inner, x))


# fmt: off
REWRITES: Mapping[str, tuple[Rewrite, ...]] = MappingProxyType({
    "add":       (_fold("add"),
                  lambda b, x, y: y if _is(b, x, 0) and _fits(b, y, x) else None,                        # 0 + y = y
                  lambda b, x, y: x if _is(b, y, 0) and _fits(b, x, y) else None),                       # x + 0 = x
    "subtract":  (_fold("subtract"),
                  lambda b, x, y: x if _is(b, y, 0) and _fits(b, x, y) else None,                        # x − 0 = x
                  lambda b, x, y: b.add("negative", (y,)) if _is(b, x, 0) and _fits(b, y, x) else None), # 0 − y = −y
    "multiply":  (_fold("multiply"),
                  lambda b, x, y: y if _is(b, x, 1) and _fits(b, y, x) else None,                        # 1·y = y
                  lambda b, x, y: x if _is(b, y, 1) and _fits(b, x, y) else None,                        # x·1 = x
                  lambda b, x, y: b.add("negative", (y,)) if _is(b, x, -1) and _fits(b, y, x) else None, # −1·y = −y
                  lambda b, x, y: b.add("negative", (x,)) if _is(b, y, -1) and _fits(b, x, y) else None, # x·(−1) = −x
                  _swap_negative,
                  _over_one,                                                                             # (1/n)·y = y/n
                  _share_of_a_sum),
    "divide":    (lambda b, x, y: x if _is(b, y, 1) and _fits(b, x, y) else None,),                      # x/1 = x
    "negative":  (_fold("negative"),
                  lambda b, x: _inner(b, x, "negative")),                                                # −(−x) = x
    "power":     (_fold("power"),
                  lambda b, x, y: x if _is(b, y, 1) and _fits(b, x, y) else None,                        # x¹ = x
                  lambda b, x, y: b.constant(1) if _is(b, y, 0) and not b.shape_of(x) else None),        # x⁰ = 1
    "where":     (lambda b, c, x, y: b.constant(0) if _is(b, x, 0) and _is(b, y, 0)
                                     and not b.shape_of(c) else None,),                                  # the same either way
    "transpose": (_plain_axes,
                  _turned_back,                                                                          # (xᵀ)ᵀ = x
                  _turned_product,                                                                       # (qᵀ @ g)ᵀ = gᵀ @ q
                  lambda b, x, axes: x if axes is None and len(b.shape_of(x)) < 2 else None),            # a vector is its own transpose
    "sum_like":       (lambda b, g, x: g if b.shape_of(g) == b.shape_of(x) else None,),
    "broadcast_like": (lambda b, g, x: g if b.shape_of(g) == b.shape_of(x) else None,),
    "spread":         (lambda b, g, x, axis, keepdims: g if b.shape_of(g) == b.shape_of(x) else None,),
    "reshape_like":   (_reshape_chain,),
    "place":          (lambda b, g, x, key: b.add("reshape_like", (g, x)) if _new_axes_only(key) else None,),
})
# fmt: on
