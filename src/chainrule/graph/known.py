"""Functions with a name of their own, spelled in ops, and how a graph is recognised as one of them: by what it does.

A function of one number is recognised where it agrees with a known one at fifty points and on both sides of each of its
branches; never by its name. `derivative` is the textbook form, which a test proves equal to the derived one.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any

import numpy as np

from chainrule.errors import EvaluationError
from chainrule.graph.build import Builder, is_elementwise
from chainrule.graph.evaluate import call
from chainrule.graph.expression import Expression, erf, exp, largest, log, maximum, sign, tanh, total, where
from chainrule.graph.records import Graph, Node, Shape


@dataclass(frozen=True)
class Known:
    """A function of one value: `spelled` in ops, its textbook `derivative`, and that derivative as it is written."""

    title: str
    spelled: Callable[[Expression], Expression]
    derivative: Callable[[Expression], Expression] | None = None
    written: str = ""
    elementwise: bool = True


def _sigmoid(x: Expression) -> Expression:
    return 1 / (1 + exp(-x))


def _softmax(x: Expression) -> Expression:
    axis = (len(x.shape) - 1,)
    powers = exp(x - largest(x, axis, True))
    return powers / total(powers, axis, True)


def _softmax_columns(x: Expression) -> Expression:
    powers = exp(x - largest(x, (0,), True))
    return powers / total(powers, (0,), True)


# fmt: off
KNOWN: tuple[Known, ...] = (
    Known("the identity", lambda x: x + 0,                                  lambda x: 0 * x + 1,                         "1"),
    Known("ReLU",         lambda x: maximum(0, x),                          lambda x: where(x > 0, 1, 0),                "1 if x > 0, else 0"),
    Known("the sigmoid",  _sigmoid,                                         lambda x: _sigmoid(x) * (1 - _sigmoid(x)),   "σ(x)·(1 − σ(x))"),
    Known("tanh",         tanh,                                             lambda x: 1 - tanh(x) ** 2,                  "1 − tanh(x)²"),
    Known("softplus",     lambda x: log(1 + exp(x)),                        _sigmoid,                                    "σ(x)"),
    Known("ELU",          lambda x: where(x > 0, x, exp(x) - 1),            lambda x: where(x > 0, 1, exp(x)),           "1 if x > 0, else eˣ"),
    Known("GELU",         lambda x: x * (1 + erf(x / math.sqrt(2))) / 2,    None),
    Known("SiLU",         lambda x: x * _sigmoid(x),                        None),
    Known("the step",     lambda x: where(x > 0, 1, 0),                     lambda x: 0 * x,                             "0"),
    Known("the square",   lambda x: x**2,                                   lambda x: 2 * x,                             "2x"),
    Known("the absolute value", lambda x: maximum(x, -x),                   sign,                                        "sign(x)"),
    Known("the sigmoid's derivative, given the sigmoid's value", lambda x: x * (1 - x), lambda x: 1 - 2 * x,             "1 − 2x"),
    Known("the sigmoid's derivative", lambda x: _sigmoid(x) * (1 - _sigmoid(x)), None),
    Known("tanh's derivative, given tanh's value", lambda x: 1 - x**2,      lambda x: -2 * x,                            "−2x"),
    Known("tanh's derivative", lambda x: 1 - tanh(x) ** 2,                  None),
    Known("softmax over each row",    _softmax,         None, "", False),
    Known("softmax over each column", _softmax_columns, None, "", False),
)
# fmt: on


def spell(known: Known, shape: Shape = ()) -> Graph:
    """The known function as a graph of one input."""
    builder = Builder()
    x = Expression(builder, builder.input(shape))
    return builder.finish([known.spelled(x).index], known.title)


def graph_of(spelled: Callable[[Expression], Expression], title: str) -> Graph:
    """A function spelled in ops, as a graph of one number."""
    builder = Builder()
    return builder.finish([spelled(Expression(builder, builder.input())).index], title)


def points() -> np.ndarray:
    """Fifty points, dense near 0, where the known functions differ."""
    return np.concatenate(
        [np.linspace(-4, 4, 33) + 0.013, [-30.0, -12.0, -7.0, -1e-3, 1e-3, 7.0, 12.0, 30.0], np.linspace(-0.5, 0.5, 9) + 0.0071]
    )


@cache
def _tables() -> Mapping[str, np.ndarray]:
    x = points()
    return MappingProxyType({k.title: np.asarray(call(spell(k), [x]), float) + 0 * x for k in KNOWN if k.elementwise})


def recognise(graph: Graph) -> str | None:
    """The name of the known function that a graph of one input behaves as, or None."""
    if len(graph.inputs) != 1:
        return None
    if not is_elementwise(graph):
        return _recognise_rows(graph)
    x = np.concatenate([points(), _beside_branches(graph)])
    try:
        y = np.array([float(call(graph, [float(v)])) for v in x])
    except (EvaluationError, TypeError, ValueError, ArithmeticError):
        return None
    n = len(points())
    for known in KNOWN:
        if known.elementwise and np.allclose(y[:n], _tables()[known.title], rtol=1e-9, atol=1e-12, equal_nan=True):
            there = np.asarray(call(spell(known), [x]), float) + 0 * x
            if np.allclose(y, there, rtol=1e-9, atol=1e-12, equal_nan=True):
                return known.title
    return _leaky(x, y)


def is_mirrored_sigmoid(graph: Graph) -> bool:
    """Whether a graph of one input behaves as 1/(1 + eˣ)."""
    if not is_elementwise(graph):
        return False
    x = points()
    try:
        y = np.array([float(call(graph, [float(v)])) for v in x])
    except (EvaluationError, TypeError, ValueError, ArithmeticError):
        return False
    return np.allclose(y, 1 / (1 + np.exp(x)), rtol=1e-9, atol=1e-12)


def _leaky(x: np.ndarray, y: np.ndarray) -> str | None:
    slope = y[0] / x[0]
    if 0 < slope < 1 and np.allclose(y, np.where(x > 0, x, slope * x), rtol=1e-9, atol=1e-12):
        return f"leaky ReLU with slope {slope:g}"
    return None


def _beside_branches(graph: Graph) -> np.ndarray:
    """Both sides of every point at which a comparison inside the graph turns."""
    steps = [n for n in graph.nodes if n.op == "constant" and not n.shape and isinstance(n.attributes["value"], (int, float))]
    near = [float(n.attributes["value"]) for n in steps if abs(float(n.attributes["value"])) < 1e6]
    return np.array([v + d for v in sorted(set(near)) for d in (-1e-6, 1e-6)])


def _recognise_rows(graph: Graph) -> str | None:
    shape = graph.nodes[graph.inputs[0]].shape
    if not shape or math.prod(shape) > 10_000:
        return None
    generator = np.random.default_rng(0)
    for known in KNOWN:
        if known.elementwise or (len(shape) < 2 and "column" in known.title):
            continue
        spelled = spell(known, shape)
        try:
            samples = [generator.normal(size=shape) * scale for scale in (0.5, 1, 3, 5)]
            if all(np.allclose(call(graph, [s]), call(spelled, [s]), rtol=1e-9, atol=1e-12) for s in samples):
                return known.title.replace(" over each row", "") if len(shape) == 1 else known.title
        except (EvaluationError, TypeError, ValueError):
            continue
    return None


def softmax_sum(function: Graph) -> Mapping[str, Any] | None:
    """How a function that is written as exp(x − m) / Σ exp(x − m) sums, where m is a maximum of x or left out."""
    nodes = function.nodes

    def value(i: int) -> Node:
        while nodes[i].op in ("alias", "guard"):
            i = nodes[i].inputs[0]
        return nodes[i]

    result = value(function.outputs[0])
    if len(function.inputs) != 1 or result.op != "divide":
        return None
    x, powers, total = nodes[function.inputs[0]], value(result.inputs[0]), value(result.inputs[1])
    if powers.op != "exp" or total.op != "sum" or value(total.inputs[0]) is not powers:
        return None
    axis, keepdims = total.attributes["axis"], total.attributes["keepdims"]
    if not keepdims and axis is not None and len(axis) != len(x.shape):
        return None
    exponent = value(powers.inputs[0])
    if exponent.op == "subtract":
        most = value(exponent.inputs[1])
        if most.op != "max" or value(most.inputs[0]) is not x or (most.attributes["axis"], most.attributes["keepdims"]) not in (
            (axis, keepdims), (None, False)
        ):  # fmt: skip
            return None
        exponent = value(exponent.inputs[0])
    return {"axis": axis, "keepdims": keepdims} if exponent is x else None
