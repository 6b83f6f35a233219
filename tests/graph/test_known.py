"""A function is known by what it does on every piece, never by its name: codings that count, near misses that do not."""

from __future__ import annotations

import pytest

import chainrule

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
