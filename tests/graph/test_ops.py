"""Every row of the op table against independent judges: finite differences, their second order, and an outside library."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import elementwise_grad
from hypothesis import given, settings
from hypothesis import strategies as st

from chainrule.graph.build import Builder
from chainrule.graph.differentiate import differentiate
from chainrule.graph.evaluate import evaluate
from chainrule.graph.ops import OPS, Op
from chainrule.graph.records import Graph, Name
from chainrule.graph.values import broadcast

Shapes = tuple[tuple[int, ...], ...]
POSITIVE = ("log", "sqrt", "log1p", "power", "divide", "floor_divide", "remainder")
# Shapes and settings of the ops that are not entry by entry, several for each.
CASES: Mapping[str, list[tuple[Shapes, Mapping[str, Any]]]] = {
    "matmul": [(((3,), (3,)), {}), (((2, 3), (3,)), {}), (((3,), (3, 2)), {}), (((2, 3), (3, 4)), {}), (((5, 2, 3), (5, 3, 2)), {}), (((5, 2, 3), (3, 2)), {})],
    "outer": [(((2,), (3,)), {})],
    "einsum": [(((2, 3), (3, 4)), {"subscripts": "ij,jk->ik"}), (((2, 3),), {"subscripts": "ij->j"}), (((2, 3), (2, 3)), {"subscripts": "ij,ij->"})],
    "sum": [(((2, 3),), {"axis": a, "keepdims": k}) for a in (None, (0,), (1,)) for k in (False, True)],
    "mean": [(((2, 3),), {"axis": a, "keepdims": k}) for a in (None, (0,), (1,)) for k in (False, True)],
    "max": [(((2, 3),), {"axis": a, "keepdims": False}) for a in (None, (0,), (1,))],
    "min": [(((2, 3),), {"axis": a, "keepdims": False}) for a in (None, (0,), (1,))],
    "spread": [(((3,), (2, 3)), {"axis": (0,), "keepdims": False})],
    "sum_like": [(((2, 3), (3,)), {}), (((2, 3), (2, 1)), {}), (((2, 3), ()), {})],
    "broadcast_like": [(((3,), (2, 3)), {}), (((), (2, 3)), {})],
    "broadcast_to": [(((3,),), {"shape": (2, 3)})],
    "reshape": [(((2, 3),), {"shape": (6,)})],
    "reshape_like": [(((2, 3), (6,)), {})],
    "transpose": [(((2, 3),), {"axes": None}), (((2, 3, 4),), {"axes": (2, 0, 1)})],
    "index": [(((4,),), {"key": 1}), (((4, 3),), {"key": (slice(1, 3), 0)}), (((4,),), {"key": np.array([0, 0, 2])})],
    "place": [(((2,), (4,)), {"key": np.array([0, 3])})],
    "store": [(((4,), ()), {"key": 1}), (((4, 3), (2,)), {"key": (slice(1, 3), 0)})],
    "concatenate": [(((2, 3), (4, 3)), {"axis": 0}), (((2,), (3,)), {"axis": 0})],
    "stack": [(((3,), (3,)), {})],
}  # fmt: skip
NO_DERIVATIVE = {name for name, op in OPS.items() if not callable(op.rules) and all(r is None for r in op.rules)}


def cases(op: Op) -> list[tuple[Shapes, Mapping[str, Any]]]:
    if op.name in CASES:
        return CASES[op.name]
    arity = sum(r is not None for r in op.rules) if not callable(op.rules) else 2
    if op.name == "where":
        return [(((), (), ()), {}), (((2, 3), (2, 3), ()), {}), (((3,), (3,), (3,)), {})]
    if arity == 1:
        return [(((),), {}), (((2, 3),), {})]
    return [(((), ()), {}), (((2, 3), (3,)), {}), (((2, 1), (1, 3)), {}), (((3,), ()), {})]


def scalar(op: Op, shapes: Shapes, attributes: Mapping[str, Any]) -> tuple[Graph, int, list[int]]:
    """Σ weights · op(inputs): one number to be differentiated."""
    builder = Builder()
    inputs = [
        builder.input(s, "bool" if op.name == "where" and i == 0 else "real", Name(f"x{i}")) for i, s in enumerate(shapes)
    ]
    z = builder.add(op.name, tuple(inputs), **attributes)
    shape = builder.shape_of(z)
    weights = builder.constant(np.random.default_rng(3).uniform(0.5, 1.5, size=shape)[()])
    made = builder.add("multiply", (weights, z))
    loss = builder.add("sum", (made,), axis=None, keepdims=False) if shape else made
    return builder.finish([loss]), loss, inputs


def drawn(op: Op, shapes: Shapes, seed: int) -> list[Any]:
    generator = np.random.default_rng(seed)
    values: list[Any] = []
    for i, shape in enumerate(shapes):
        if op.name == "where" and i == 0:
            chosen = generator.random(size=shape) > 0.5
            values.append(chosen if shape else bool(chosen))
            continue
        low = 0.3 if op.name in POSITIVE else -1.5
        value = generator.uniform(low, 1.5, size=shape) + 0.01 * i
        values.append(value if shape else float(value))
    return values


def disagreement(op: Op, shapes: Shapes, attributes: Mapping[str, Any], seed: int, order: int = 1) -> float:
    """How far the rule's derivative along a random direction is from central differences of the value (or of the rule)."""
    graph, loss, inputs = scalar(op, shapes, attributes)
    real = [i for i in inputs if graph.nodes[i].dtype == "real"]
    values = dict(zip(inputs, drawn(op, shapes, seed), strict=True))
    generator = np.random.default_rng(seed + 1)
    directions = {i: generator.normal(size=graph.nodes[i].shape) for i in real}
    target = loss
    for _ in range(order):
        gradients = differentiate(graph, target, real)
        builder = Builder(gradients.graph.nodes)
        total = builder.constant(0.0)
        for i in real:
            if i in gradients.adjoint:
                along = builder.add("multiply", (builder.constant(directions[i][()]), gradients.adjoint[i]))
                if builder.shape_of(along):
                    along = builder.add("sum", (along,), axis=None, keepdims=False)
                total = builder.add("add", (total, along))
        previous, graph, target = target, builder.finish([total]), total
    exact = float(evaluate(graph, values)[target])
    step = 1e-6 if order == 1 else 1e-5

    def at(sign: float) -> float:
        moved = {i: v + sign * step * directions[i] if i in directions else v for i, v in values.items()}
        moved = {i: float(v) if np.ndim(v) == 0 and not isinstance(v, bool) else v for i, v in moved.items()}
        return float(evaluate(graph, moved)[previous])

    near = (at(1) - at(-1)) / (2 * step)
    return abs(exact - near) / max(1.0, abs(near))


DIFFERENTIABLE = [(name, n) for name, op in OPS.items() if name not in NO_DERIVATIVE for n in range(len(cases(op)))]


@pytest.mark.parametrize(("name", "case"), DIFFERENTIABLE)
def test_rules_agree_with_finite_differences(name: str, case: int) -> None:
    op = OPS[name]
    shapes, attributes = cases(op)[case]
    for seed in range(5):
        assert disagreement(op, shapes, attributes, seed) < 1e-6


@pytest.mark.parametrize(("name", "case"), DIFFERENTIABLE)
def test_second_derivatives_agree_with_finite_differences(name: str, case: int) -> None:
    op = OPS[name]
    shapes, attributes = cases(op)[case]
    assert disagreement(op, shapes, attributes, 7, order=2) < 1e-5


@pytest.mark.parametrize("name", ["exp", "log", "sqrt", "tanh", "sin", "cos", "arctan", "absolute", "log1p", "expm1"])
@given(x=st.floats(0.1, 3.0))
@settings(deadline=None, max_examples=25)
def test_rules_agree_with_an_outside_library(name: str, x: float) -> None:
    theirs = elementwise_grad(getattr(anp, name))(x)
    graph, loss, inputs = scalar(OPS[name], ((),), {})
    gradients = differentiate(graph, loss, inputs)
    weight = np.random.default_rng(3).uniform(0.5, 1.5)
    ours = evaluate(gradients.graph, {inputs[0]: x})[gradients.adjoint[inputs[0]]]
    assert ours == pytest.approx(weight * theirs, rel=1e-12)


@pytest.mark.parametrize("name", [name for name, op in OPS.items() if op.shape is broadcast])
@given(numbers=st.tuples(*[st.sampled_from((-1.5, -1.0, 0.25, 0.5, 2.0))] * 3))
@settings(deadline=None, max_examples=25)
def test_a_row_takes_the_scalars_of_numpy_as_those_of_python(name: str, numbers: tuple[float, ...]) -> None:
    arity = {"where": 3, "maximum": 2, "minimum": 2, "power": 2}.get(name, 2 if OPS[name].style == "infix" else 1)
    builder = Builder()
    inputs = [builder.input() for _ in range(arity)]
    made = builder.add(name, tuple(inputs))
    graph = builder.finish([made])
    pythons, numpys = (
        evaluate(graph, dict(zip(inputs, map(kind, numbers), strict=False)))[made] for kind in (float, np.float64)
    )
    assert numpys == pythons or (numpys != numpys and pythons != pythons)


def test_there_are_no_holes() -> None:
    for name, op in OPS.items():
        assert op.written != "" or name in ("alias", "to_real"), name
        assert callable(op.value), name
        assert name in NO_DERIVATIVE or callable(op.rules) or len(op.rules) >= 1, name
        if name in NO_DERIVATIVE:
            assert op.dtype in ("bool", "int") or name in ("sign", "floor", "ceil", "rint", "floor_divide", "opaque"), name


@pytest.mark.parametrize("name", ["multiply", "tanh", "matmul", "mean", "divide"])
def test_a_planted_wrong_rule_is_caught(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    op = OPS[name]
    assert not callable(op.rules)
    right = op.rules[0]
    assert right is not None

    def doubled(rule: Callable[..., Any]) -> Callable[..., Any]:
        return lambda *inputs, **attributes: rule(*inputs, **attributes) * 1.001

    planted = replace(op, rules=(doubled(right), *op.rules[1:]))
    monkeypatch.setattr("chainrule.graph.differentiate.OPS", {**OPS, name: planted})
    shapes, attributes = cases(op)[0]
    assert disagreement(op, shapes, attributes, 1) > 1e-5


@pytest.mark.parametrize(
    ("op", "x", "slope"), [("absolute", 0.0, 0.0), ("maximum", 0.0, 0.0), ("sqrt", 4.0, 0.25)]
)  # fmt: skip
def test_at_a_kink_the_derivative_is_the_branch_taken(op: str, x: float, slope: float) -> None:
    builder = Builder()
    node = builder.input((), "real")
    made = builder.add(op, (builder.constant(0), node) if op == "maximum" else (node,))
    gradients = differentiate(builder.finish([made]), made, [node])
    at = gradients.adjoint.get(node)
    assert (0.0 if at is None else evaluate(gradients.graph, {node: x})[at]) == slope


def test_a_masked_path_contributes_an_exact_zero() -> None:
    builder = Builder()
    z = builder.input((), "real")
    positive = builder.add("greater", (z, builder.constant(0)))
    made = builder.add("where", (positive, builder.add("log", (z,)), builder.constant(0.0)))
    gradients = differentiate(builder.finish([made]), made, [z])
    assert evaluate(gradients.graph, {z: 0.0})[gradients.adjoint[z]] == 0
