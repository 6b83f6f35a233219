"""Ops written as Python expressions: what rules of derivatives and textbook functions are spelled in.

An `Expression` is an index into a graph under construction; operators on it append nodes. The functions below are the
vocabulary: `exp(x)`, `where(c, x, y)`, `x @ y`, `sum_like(g, x)`, …
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol, TypeAlias

from chainrule.graph.records import Graph, Shape


class Builds(Protocol):
    """What an expression needs of the graph it grows."""

    def add(self, op: str, inputs: Sequence[int], **attributes: Any) -> int: ...
    def constant(self, value: Any) -> int: ...
    def call(self, function: Graph, inputs: Sequence[int]) -> int: ...
    def shape_of(self, index: int) -> Shape: ...


class Expression:
    """A node of a graph that is being built."""

    __slots__ = ("builder", "index")
    __array_priority__ = 1000  # NumPy scalars on the left give way

    def __init__(self, builder: Builds, index: int) -> None:
        self.builder = builder
        self.index = index

    @property
    def shape(self) -> Shape:
        return self.builder.shape_of(self.index)

    @property
    def T(self) -> Expression:  # noqa: N802 - NumPy's name
        return transpose(self)

    def __add__(self, other: Operand) -> Expression:
        return apply("add", self, other)

    def __radd__(self, other: Operand) -> Expression:
        return apply("add", other, self)

    def __sub__(self, other: Operand) -> Expression:
        return apply("subtract", self, other)

    def __rsub__(self, other: Operand) -> Expression:
        return apply("subtract", other, self)

    def __mul__(self, other: Operand) -> Expression:
        return apply("multiply", self, other)

    def __rmul__(self, other: Operand) -> Expression:
        return apply("multiply", other, self)

    def __truediv__(self, other: Operand) -> Expression:
        return apply("divide", self, other)

    def __rtruediv__(self, other: Operand) -> Expression:
        return apply("divide", other, self)

    def __pow__(self, other: Operand) -> Expression:
        return apply("power", self, other)

    def __neg__(self) -> Expression:
        return apply("negative", self)

    def __matmul__(self, other: Operand) -> Expression:
        return apply("matmul", self, other)

    def __lt__(self, other: Operand) -> Expression:
        return apply("less", self, other)

    def __le__(self, other: Operand) -> Expression:
        return apply("less_equal", self, other)

    def __gt__(self, other: Operand) -> Expression:
        return apply("greater", self, other)

    def __ge__(self, other: Operand) -> Expression:
        return apply("greater_equal", self, other)


Operand: TypeAlias = Expression | float | bool


def apply(op: str, *operands: Operand, **attributes: Any) -> Expression:
    """Append one op to the graph that the operands live in; plain numbers become constants."""
    builder = next(operand.builder for operand in operands if isinstance(operand, Expression))
    inputs = [o.index if isinstance(o, Expression) else builder.constant(o) for o in operands]
    return Expression(builder, builder.add(op, inputs, **attributes))


def exp(x: Expression) -> Expression:
    return apply("exp", x)


def log(x: Expression) -> Expression:
    return apply("log", x)


def sqrt(x: Expression) -> Expression:
    return apply("sqrt", x)


def tanh(x: Expression) -> Expression:
    return apply("tanh", x)


def sin(x: Expression) -> Expression:
    return apply("sin", x)


def cos(x: Expression) -> Expression:
    return apply("cos", x)


def erf(x: Expression) -> Expression:
    return apply("erf", x)


def sign(x: Expression) -> Expression:
    return apply("sign", x)


def floor(x: Expression) -> Expression:
    return apply("floor", x)


def where(condition: Expression, x: Operand, y: Operand) -> Expression:
    return apply("where", condition, x, y)


def maximum(x: Operand, y: Operand) -> Expression:
    return apply("maximum", x, y)


def minimum(x: Operand, y: Operand) -> Expression:
    return apply("minimum", x, y)


def outer(x: Expression, y: Expression) -> Expression:
    return apply("outer", x, y)


def total(x: Expression, axis: tuple[int, ...] | None = None, keepdims: bool = False) -> Expression:
    return apply("sum", x, axis=axis, keepdims=keepdims)


def mean(x: Expression, axis: tuple[int, ...] | None = None, keepdims: bool = False) -> Expression:
    return apply("mean", x, axis=axis, keepdims=keepdims)


def largest(x: Expression, axis: tuple[int, ...] | None = None, keepdims: bool = False) -> Expression:
    return apply("max", x, axis=axis, keepdims=keepdims)


def count(x: Expression, axis: tuple[int, ...] | None = None) -> Expression:
    return apply("count", x, axis=axis)


def spread(g: Expression, x: Expression, axis: tuple[int, ...] | None, keepdims: bool) -> Expression:
    """g, a reduction of something shaped like x, copied back along the reduced axes."""
    return apply("spread", g, x, axis=axis, keepdims=keepdims)


def sum_like(g: Expression, x: Expression) -> Expression:
    """G summed down to x's shape: undoes a broadcast of x."""
    return apply("sum_like", g, x)


def broadcast_like(x: Expression, y: Expression) -> Expression:
    return apply("broadcast_like", x, y)


def reshape_like(g: Expression, x: Expression) -> Expression:
    return apply("reshape_like", g, x)


def transpose(x: Expression, axes: tuple[int, ...] | None = None) -> Expression:
    return apply("transpose", x, axes=axes)


def index(x: Expression, key: Any) -> Expression:
    return apply("index", x, key=key)


def place(g: Expression, x: Expression, key: Any) -> Expression:
    """Zeros shaped like x, with g added at key."""
    return apply("place", g, x, key=key)


def store(x: Expression, value: Operand, key: Any) -> Expression:
    """X with `value` stored at key."""
    return apply("store", x, value, key=key)
