"""A function is known by what it does on every piece, never by its name: codings that count, near misses that do not."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import chainrule
from chainrule.graph.build import Builder
from chainrule.graph.differentiate import pullback_of
from chainrule.graph.evaluate import call
from chainrule.graph.expression import Expression, exp, largest, total
from chainrule.graph.known import softmax_sum

CODINGS = {
    "ReLU": ("max(0, z)", "z if z > 0 else 0.0", "(z + abs(z)) / 2", "np.maximum(z, 0)", "z * (z > 0)", "0.0 if z < 0 else z"),
    "the sigmoid": ("1 / (1 + np.exp(-z))", "np.exp(z) / (1 + np.exp(z))", "0.5 * (1 + np.tanh(z / 2))"),
    "tanh": ("np.tanh(z)", "(np.exp(z) - np.exp(-z)) / (np.exp(z) + np.exp(-z))", "2 / (1 + np.exp(-2 * z)) - 1"),
    "softplus": ("np.log(1 + np.exp(z))", "np.logaddexp(0.0, z)"),
}
NEAR_MISSES = (
    "max(0, z) + 1e-6 * z", "max(0.001 * z, z)", "max(0, z) + 1e-6", "1 / (1 + np.exp(-1.0001 * z))", "np.tanh(1.001 * z)",
    "min(max(0, z), 6)", "1 / (1 + np.exp(-z)) + 1e-5", "abs(z)", "max(0, z - 1e-3)", "np.log(1 + np.exp(z)) + 1e-4 * z",
    "z if z > 1e-3 else 0.0", "min(np.tanh(z), 0.999)",
)  # fmt: skip
PROGRAM = "import numpy as np\ndef f(z):\n    return {}\nw = 0.8\nx = 1.5\nz = w * x\na = f(z)\nloss = (a - 0.2) ** 2\n"


def said_of(coding: str, folder: object) -> str:
    path = folder / "network.py"  # type: ignore[operator]
    path.write_text(PROGRAM.format(coding), encoding="utf-8")
    return str(chainrule.explain(path))


@pytest.mark.parametrize(("title", "coding"), [(title, c) for title, codings in CODINGS.items() for c in codings])
def test_every_coding_of_a_function_is_recognised(tmp_path: object, title: str, coding: str) -> None:
    assert f"this is {title}" in said_of(coding, tmp_path)


@pytest.mark.parametrize("coding", NEAR_MISSES)
def test_a_near_miss_is_not(tmp_path: object, coding: str) -> None:
    text = said_of(coding, tmp_path)
    assert not any(f"this is {title}" in text for title in CODINGS)


def softmax(x: Expression, axis: tuple[int, ...] | None, keepdims: bool, most: tuple[int, ...] | str | None) -> Expression:
    powers = exp(x if isinstance(most, str) else x - largest(x, most, most is not None))
    return powers / total(powers, axis, keepdims)


@pytest.mark.parametrize(
    ("shape", "axis", "keepdims", "most"),
    [
        ((5,), None, False, "none"), ((5,), None, False, None), ((5,), (0,), True, (0,)), ((3, 4), (1,), True, (1,)),
        ((3, 4), (0,), True, None), ((2, 3, 4), (2,), True, (2,)), ((3, 4), None, False, "none"),
    ],
)  # fmt: skip
def test_the_derivative_of_a_softmax_is_the_textbooks(shape: Any, axis: Any, keepdims: bool, most: Any) -> None:
    builder = Builder()
    x = Expression(builder, builder.input(shape))
    function = builder.finish([softmax(x, axis, keepdims, most).index], "softmax")
    found = softmax_sum(function)
    assert found is not None
    generator = np.random.default_rng(0)
    at, g = generator.normal(size=shape), generator.normal(size=shape)
    z = call(function, [at])
    np.testing.assert_allclose(z * (g - np.sum(g * z, **found)), call(pullback_of(function, 0), [g, at]), atol=1e-12)


@pytest.mark.parametrize(
    "spelled",
    [
        lambda x: softmax(x, (1,), True, (0,)),
        lambda x: exp(x) / total(exp(2 * x), (1,), True),
        lambda x: exp(2 * x) / total(exp(2 * x), (1,), True),
        lambda x: x / total(x, (1,), True),
    ],
)
def test_what_is_only_like_a_softmax_is_differentiated_as_it_stands(spelled: Any) -> None:
    builder = Builder()
    x = Expression(builder, builder.input((3, 4)))
    assert softmax_sum(builder.finish([spelled(x).index], "f")) is None
