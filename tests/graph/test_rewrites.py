"""The simplifier keeps every value: random expressions, built plainly and built simplifying, and their derivatives."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chainrule.graph.build import Builder
from chainrule.graph.differentiate import differentiate
from chainrule.graph.evaluate import evaluate
from chainrule.graph.records import Graph

UNARY = ("negative", "exp", "tanh", "absolute", "alias")
BINARY = ("add", "subtract", "multiply", "maximum", "minimum")
CONSTANTS = (0.0, 1.0, -1.0, 2.0, 0.5)
SHAPES = ((), (3,), (2, 3))

recipes = st.lists(st.tuples(st.sampled_from((*UNARY, *BINARY, *CONSTANTS)), st.integers(0, 10**6), st.integers(0, 10**6)), min_size=1, max_size=12)  # fmt: skip


def built(recipe: list[tuple[Any, int, int]], *, simplifying: bool) -> Graph:
    builder = Builder(simplifying=simplifying)
    places = [builder.input(shape) for shape in SHAPES]
    for what, first, second in recipe:
        x, y = places[first % len(places)], places[second % len(places)]
        if what in UNARY:
            places.append(builder.add(what, (x,)))
        elif what in BINARY:
            places.append(builder.add(what, (x, y)))
        else:
            places.append(builder.constant(what))
    total = builder.add("sum", (places[-1],), axis=None, keepdims=False) if builder.shape_of(places[-1]) else places[-1]
    return builder.finish([builder.add("multiply", (total, builder.add("alias", (total,))))])


def given_values(seed: int) -> dict[int, Any]:
    generator = np.random.default_rng(seed)
    scale = (0.0, 1e-3, 0.7)[seed % 3]
    return {
        i: scale * generator.normal(size=shape) if shape else float(scale * generator.normal())
        for i, shape in enumerate(SHAPES)
    }


@settings(max_examples=150, deadline=None)
@given(recipes, st.integers(0, 100))
def test_simplification_preserves_values_and_derivatives(recipe: list[tuple[Any, int, int]], seed: int) -> None:
    plain, simple = built(recipe, simplifying=False), built(recipe, simplifying=True)
    values = given_values(seed)
    with np.errstate(all="ignore"):
        one, other = (evaluate(g, values)[g.outputs[0]] for g in (plain, simple))
        np.testing.assert_allclose(other, one, rtol=1e-12, atol=1e-12)
        assert np.shape(one) == np.shape(other) == ()
        slopes = []
        for graph in (plain, simple):
            gradients = differentiate(graph, graph.outputs[0], range(len(SHAPES)))
            reached = evaluate(gradients.graph, values)
            slopes.append([reached[at] if (at := gradients.adjoint.get(i)) is not None else np.zeros(s) for i, s in enumerate(SHAPES)])  # fmt: skip
    for a, b, shape in zip(*slopes, SHAPES, strict=True):
        assert np.shape(a) == np.shape(b) == shape
        np.testing.assert_allclose(b, a, rtol=1e-10, atol=1e-10)


def test_a_chain_of_a_hundred_thousand_nodes_is_no_deeper_than_any_other() -> None:
    builder = Builder()
    x = at = builder.input()
    for _ in range(50_000):
        at = builder.add("tanh", (builder.add("multiply", (at, builder.constant(1.0))),))
    graph = builder.finish([at])
    gradients = differentiate(graph, at, [x])
    reached = evaluate(gradients.graph, {x: 0.5})
    value, slope = 0.5, 1.0
    for _ in range(50_000):
        value = np.tanh(value)
        slope *= 1 - value**2
    assert len(graph.nodes) > 100_000
    np.testing.assert_allclose(reached[at], value, rtol=1e-9)
    np.testing.assert_allclose(reached[gradients.adjoint[x]], slope, rtol=1e-6)


TURNS = (None, (1, 0), (-1, -2))


@pytest.mark.parametrize("first", TURNS)
@pytest.mark.parametrize("second", TURNS)
def test_a_matrix_turned_twice_is_itself(first: tuple[int, ...] | None, second: tuple[int, ...] | None) -> None:
    builder = Builder(simplifying=True)
    x = builder.input((2, 3))
    once = builder.add("transpose", (x,), axes=first)
    assert builder.nodes[once].attributes == {"axes": None}
    assert builder.add("transpose", (once,), axes=second) == x


@pytest.mark.parametrize(
    ("q", "g", "turn"),
    [((4, 2), (4, 3), None), ((4, 2), (4, 3), (1, 0)), ((5, 4, 2), (5, 4, 3), (0, 2, 1)), ((5, 4, 4), (5, 4, 4), None)],
)
def test_a_turned_product_keeps_its_value(q: tuple[int, ...], g: tuple[int, ...], turn: tuple[int, ...] | None) -> None:
    generator = np.random.default_rng(0)
    values = [generator.normal(size=shape) for shape in (q, g)]
    turned = (*range(len(q) - 2), len(q) - 1, len(q) - 2)
    results = []
    for simplifying in (False, True):
        builder = Builder(simplifying=simplifying)
        inputs = builder.input(q), builder.input(g)
        product = builder.add("matmul", (builder.add("transpose", inputs[:1], axes=turned), inputs[1]))
        end = builder.add("transpose", (product,), axes=turn)
        results.append(evaluate(builder.finish([end]), dict(zip(inputs, values, strict=True)))[end])
    np.testing.assert_allclose(results[1], results[0], rtol=1e-13)


def test_what_a_new_axis_gives_back_is_a_reshape() -> None:
    builder = Builder(simplifying=True)
    x, g = builder.input((3,)), builder.input((3, 1))
    assert builder.nodes[builder.add("place", (g, x), key=(slice(None), None))].op == "reshape_like"
    assert builder.nodes[builder.add("place", (g, x), key=([0, 1, 1],))].op == "place"
