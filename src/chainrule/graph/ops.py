"""The table of ops: a value, a derivative and a way of writing, one row each.

In a derivative `g` is the upstream gradient, `z` the op's own result, `x` and `y` its inputs; there is one column for
each input, and `None` says that the derivative is zero everywhere it exists. Broadcasting is undone once, in
`differentiate.py`, never in a rule. A kink takes the derivative of the branch taken; 0 for `maximum(0, z)` and `abs`.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal, TypeAlias

import numpy as np

from chainrule.graph import values as v
from chainrule.graph.expression import (
    Expression,
    cos,
    count,
    exp,
    index,
    log,
    outer,
    place,
    reshape_like,
    sign,
    sin,
    spread,
    store,
    sum_like,
    total,
    transpose,
    where,
)
from chainrule.graph.expression import apply as op_of
from chainrule.graph.records import Dtype, Shape

Rule: TypeAlias = Callable[..., Expression]
Style: TypeAlias = Literal["infix", "prefix", "apply", "special"]


@dataclass(frozen=True)
class Op:
    """One row. `rules` holds the derivative for each input, or one function of (which input, g, z, inputs) for an op
    of any number of inputs; `written` is the sign or function name that `style` writes it with.
    """

    name: str
    value: Callable[..., Any]
    rules: tuple[Rule | None, ...] | Rule
    style: Style = "apply"
    written: str = ""
    shape: Callable[..., Shape] = v.broadcast
    dtype: Dtype | None = None
    exact: bool = True
    singular: bool = False

    @property
    def elementwise(self) -> bool:
        return self.shape is v.broadcast

    def rule(self, slot: int) -> Rule | None:
        if callable(self.rules):
            rules = self.rules
            return lambda g, z, *inputs, **attributes: rules(slot, g, z, *inputs, **attributes)
        return self.rules[slot] if slot < len(self.rules) else None


def _matmul_x(g: Expression, z: Expression, x: Expression, y: Expression) -> Expression:
    match len(x.shape), len(y.shape):
        case 1, 1:
            return g * y
        case 1, _:
            return y @ g
        case _, 1 if len(x.shape) == 2:
            return outer(g, y)
        case 2, 2:
            return g @ y.T
    return _batched(g, z, x, y)[0]


def _matmul_y(g: Expression, z: Expression, x: Expression, y: Expression) -> Expression:
    match len(x.shape), len(y.shape):
        case 1, 1:
            return g * x
        case 1, 2:
            return outer(x, g)
        case 2, _:
            return x.T @ g
    return _batched(g, z, x, y)[1]


def _batched(g: Expression, z: Expression, x: Expression, y: Expression) -> tuple[Expression, Expression]:
    """Both derivatives of a product of stacks of matrices; a stack that was broadcast is summed by the caller."""
    if len(y.shape) == 1:
        g, y = op_of("reshape", g, shape=(*g.shape, 1)), op_of("reshape", y, shape=(*y.shape, 1))
    if len(x.shape) == 1:
        g = op_of("reshape", g, shape=(*g.shape[:-1], 1, g.shape[-1]))
        x = op_of("reshape", x, shape=(1, *x.shape))
    return g @ _swap(y), _swap(x) @ g


def _swap(x: Expression) -> Expression:
    rank = len(x.shape)
    return transpose(x, (*range(rank - 2), rank - 1, rank - 2))


def _einsum(slot: int, g: Expression, z: Expression, *operands: Expression, subscripts: str) -> Expression:
    terms, result = subscripts.split("->")
    letters = terms.split(",")
    others = [i for i in range(len(operands)) if i != slot]
    known = set(result).union(*(letters[i] for i in others))
    kept = "".join(letter for letter in letters[slot] if letter in known)
    spec = ",".join([result, *(letters[i] for i in others)]) + "->" + kept
    part = op_of("einsum", g, *(operands[i] for i in others), subscripts=spec)
    missing = tuple(a for a, letter in enumerate(letters[slot]) if letter not in known)
    return spread(part, operands[slot], missing, False) if missing else part


def _concatenate(slot: int, g: Expression, z: Expression, *pieces: Expression, axis: int) -> Expression:
    axis %= len(pieces[slot].shape)
    start = sum(piece.shape[axis] for piece in pieces[:slot])
    return index(g, (slice(None),) * axis + (slice(start, start + pieces[slot].shape[axis]),))


def _stored(g: Expression, y: Expression) -> Expression:
    """The derivative for what was stored: NumPy drops leading axes of one entry, which y has more of."""
    return reshape_like(g, y) if len(y.shape) > len(g.shape) and math.prod(y.shape) == math.prod(g.shape) else g


def _invert(axes: tuple[int, ...] | None) -> tuple[int, ...] | None:
    return None if axes is None else tuple(int(a) for a in np.argsort(axes))


def _extreme(g: Expression, x: Expression, axis: Any, keepdims: bool, largest: bool) -> Expression:
    first = op_of("first_extreme", x, axis=axis, largest=largest)
    return where(first, spread(g, x, axis, keepdims), 0)


NONE = (None, None, None)

# fmt: off
ROWS = (
    # arithmetic
    Op("add",          operator.add,      (lambda g, z, x, y: g,
                                           lambda g, z, x, y: g),                              "infix",   "+"),
    Op("subtract",     operator.sub,      (lambda g, z, x, y: g,
                                           lambda g, z, x, y: -g),                             "infix",   "−"),
    Op("multiply",     operator.mul,      (lambda g, z, x, y: g * y,
                                           lambda g, z, x, y: g * x),                          "infix",   "·"),
    Op("divide",       operator.truediv,  (lambda g, z, x, y: g / y,
                                           lambda g, z, x, y: -g * z / y),                    "infix",   "/", singular=True),
    Op("negative",     operator.neg,      (lambda g, z, x: -g,),                               "prefix",  "−"),
    Op("power",        v.power,           (lambda g, z, x, y: g * (y * x ** (y - 1)),
                                           lambda g, z, x, y: g * (z * log(x))),               "special", "xʸ", singular=True),
    Op("floor_divide", operator.floordiv, NONE,                                                "infix",   "//"),
    Op("remainder",    operator.mod,      (lambda g, z, x, y: g,
                                           lambda g, z, x, y: -g * op_of("floor_divide", x, y)), "infix", "mod"),
    # functions of one number
    Op("exp",          np.exp,            (lambda g, z, x: g * z,),                            "apply",   "exp",   exact=False),
    Op("log",          np.log,            (lambda g, z, x: g / x,),                            "apply",   "log",   exact=False, singular=True),
    Op("sqrt",         np.sqrt,           (lambda g, z, x: g / (2 * z),),                      "special", "√",     exact=False, singular=True),
    Op("tanh",         np.tanh,           (lambda g, z, x: g * (1 - z**2),),                   "apply",   "tanh",  exact=False),
    Op("sin",          np.sin,            (lambda g, z, x: g * cos(x),),                       "apply",   "sin",   exact=False),
    Op("cos",          np.cos,            (lambda g, z, x: -g * sin(x),),                      "apply",   "cos",   exact=False),
    Op("arctan",       np.arctan,         (lambda g, z, x: g / (1 + x**2),),                   "apply",   "arctan", exact=False),
    Op("erf",          v.erf,             (lambda g, z, x: g * (2 / math.sqrt(math.pi) * exp(-x**2)),), "apply", "erf", exact=False),
    Op("log1p",        np.log1p,          (lambda g, z, x: g / (1 + x),),                      "apply",   "log1p", exact=False, singular=True),
    Op("expm1",        np.expm1,          (lambda g, z, x: g * (z + 1),),                      "apply",   "expm1", exact=False),
    Op("absolute",     abs,               (lambda g, z, x: g * sign(x),),                      "apply",   "abs"),
    Op("sign",         v.sign,            NONE,                                                "apply",   "sign"),
    Op("floor",        np.floor,          NONE,                                                "apply",   "floor", exact=False),
    Op("ceil",         np.ceil,           NONE,                                                "apply",   "ceil",  exact=False),
    Op("rint",         np.rint,           NONE,                                                "apply",   "round", exact=False),
    # choices
    Op("maximum",      v.maximum,         (lambda g, z, x, y: where(x >= y, g, 0),
                                           lambda g, z, x, y: where(y > x, g, 0)),             "apply",   "max"),
    Op("minimum",      v.minimum,         (lambda g, z, x, y: where(x <= y, g, 0),
                                           lambda g, z, x, y: where(y < x, g, 0)),             "apply",   "min"),
    Op("where",        v.where,           (None,
                                           lambda g, z, c, x, y: where(c, g, 0),
                                           lambda g, z, c, x, y: where(c, 0, g)),              "special", "where"),
    Op("less",          operator.lt,      NONE,                                                "infix",   "<",   dtype="bool"),
    Op("less_equal",    operator.le,      NONE,                                                "infix",   "≤",   dtype="bool"),
    Op("greater",       operator.gt,      NONE,                                                "infix",   ">",   dtype="bool"),
    Op("greater_equal", operator.ge,      NONE,                                                "infix",   "≥",   dtype="bool"),
    Op("equal",         operator.eq,      NONE,                                                "infix",   "=",   dtype="bool"),
    Op("not_equal",     operator.ne,      NONE,                                                "infix",   "≠",   dtype="bool"),
    Op("logical_and",   np.logical_and,   NONE,                                                "infix",   "and", dtype="bool"),
    Op("logical_or",    np.logical_or,    NONE,                                                "infix",   "or",  dtype="bool"),
    Op("logical_not",   np.logical_not,   NONE,                                                "prefix",  "not ", dtype="bool"),
    # products of arrays
    Op("matmul",       v.matmul,          (_matmul_x, _matmul_y),                              "infix",   "@",      v.multiplied),
    Op("outer",        v.outer,           (lambda g, z, x, y: reshape_like(g @ reshape1(y), x),
                                           lambda g, z, x, y: reshape_like(g.T @ reshape1(x), y)), "apply", "outer", v.outer_shape),
    Op("einsum",       v.einsum,          _einsum,                                             "special", "einsum", v.einsum_shape),
    # reductions, and their reverse
    Op("sum",          v.total,           (lambda g, z, x, axis, keepdims: spread(g, x, axis, keepdims),),                  "special", "Σ",    v.reduced),
    Op("mean",         v.mean,            (lambda g, z, x, axis, keepdims: spread(g, x, axis, keepdims) / count(x, axis),), "special", "mean", v.reduced),
    Op("max",          v.largest,         (lambda g, z, x, axis, keepdims: _extreme(g, x, axis, keepdims, True),),          "special", "max",  v.reduced),
    Op("min",          v.smallest,        (lambda g, z, x, axis, keepdims: _extreme(g, x, axis, keepdims, False),),         "special", "min",  v.reduced),
    Op("first_extreme", v.first_extreme,  NONE,                                                "apply",   "first_max", v.like_first, dtype="bool"),
    Op("count",        v.count,           NONE,                                                "special", "count",  v.scalar, dtype="int"),
    Op("argmax",       v.argmax,          NONE,                                                "apply",   "argmax", v.one_axis_less, dtype="int"),
    Op("argmin",       v.argmin,          NONE,                                                "apply",   "argmin", v.one_axis_less, dtype="int"),
    Op("spread",       v.spread,          (lambda g, z, x, y, axis, keepdims: total(g, axis, keepdims), None),              "special", "spread", v.like_second),
    Op("sum_like",     v.sum_like,        (lambda g, z, x, y: op_of("broadcast_like", g, x), None),                         "special", "Σ",      v.like_second),
    Op("broadcast_like", v.broadcast_like, (lambda g, z, x, y: sum_like(g, x), None),                                       "special", "spread", v.like_second),
    Op("broadcast_to", v.broadcast_to,    (lambda g, z, x, shape: sum_like(g, x),),            "special", "spread", v.given),
    # the same numbers, arranged otherwise
    Op("alias",        lambda x: x,       (lambda g, z, x: g,),                                "special", "",          v.like_first),
    Op("to_real",      v.to_real,         (lambda g, z, x: g,),                                "special", "",          v.like_first),
    Op("to_int",       v.to_int,          NONE,                                                "apply",   "int",       v.like_first, dtype="int"),
    Op("to_bool",      v.to_bool,         NONE,                                                "apply",   "bool",      v.like_first, dtype="bool"),
    Op("reshape",      v.reshape,         (lambda g, z, x, shape: reshape_like(g, x),),        "special", "reshape",   v.reshaped),
    Op("reshape_like", v.reshape_like,    (lambda g, z, x, y: reshape_like(g, x), None),       "special", "reshape",   v.like_second),
    Op("transpose",    v.transpose,       (lambda g, z, x, axes: transpose(g, _invert(axes)),), "special", "ᵀ",        v.transposed),
    Op("index",        v.index,           (lambda g, z, x, key: place(g, x, key),),            "special", "x[key]",    v.indexed),
    Op("place",        v.place,           (lambda g, z, x, y, key: index(g, key), None),       "special", "place",     v.like_second),
    Op("store",        v.store,           (lambda g, z, x, y, key: store(g, 0.0, key),
                                           lambda g, z, x, y, key: _stored(index(g, key), y)), "special", "store",     v.like_first),
    Op("concatenate",  v.concatenate,     _concatenate,                                        "apply",   "concatenate", v.concatenated),
    Op("stack",        v.stack,           lambda slot, g, z, *pieces: index(g, (slot,)),       "special", "stack",     v.stacked),
    # what reading a program leaves behind
    Op("guard",        v.guard,           NONE,                                                "special", "guard",     v.like_first, dtype="bool"),
    Op("opaque",       v.opaque,          NONE,                                                "special", "?",         v.as_value, exact=False),
)
# fmt: on


def reshape1(x: Expression) -> Expression:
    return x if len(x.shape) == 1 else op_of("reshape", x, shape=(-1,))


OPS: Mapping[str, Op] = MappingProxyType({row.name: row for row in ROWS})

# `input` and `constant` are given, not computed, and `call` holds a graph of its own: the passes treat these three.
GIVEN = ("input", "constant")
