"""One entry of an array, opened as a scalar derivation, against finite differences."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import chainrule

PROGRAM = """
import numpy as np
X = np.array([[0.5, -1.0], [1.5, 2.0], [-0.5, 1.0]])
Y = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 0.0]])
W = np.array([[0.1, -0.2], [0.3, 0.4]])
b = np.array([0.05, -0.1])
Z = X @ W + b
E = np.exp(Z)
P = E / E.sum(axis=1, keepdims=True)
loss = -np.sum(Y * np.log(P)) / 3
"""


def loss(W: np.ndarray, b: np.ndarray) -> float:
    space: dict[str, object] = {}
    text = PROGRAM.split("Z = ", maxsplit=1)
    exec(text[0], space)
    space.update(W=W, b=b)
    exec("Z = " + text[1], space)
    return float(space["loss"])  # type: ignore[arg-type]


@pytest.mark.parametrize(("name", "index"), [("W", (0, 1)), ("W", (1, 0)), ("b", (1,))])
def test_an_entry_is_worked_to_the_number_that_finite_differences_give(
    tmp_path: Path, name: str, index: tuple[int, ...]
) -> None:
    path = tmp_path / "network.py"
    path.write_text(PROGRAM, encoding="utf-8")
    entry = f"{name}[{', '.join(map(str, index))}]"
    text = str(chainrule.explain(path, entry=entry, digits=8))
    values = {"W": np.array([[0.1, -0.2], [0.3, 0.4]]), "b": np.array([0.05, -0.1])}
    sides = []
    for step in (1e-5, -1e-5):
        moved = {k: v.copy() for k, v in values.items()}
        moved[name][index] += step
        sides.append(loss(**moved))
    expected = (sides[0] - sides[1]) / 2e-5
    at = text.index(f"∂loss/∂{entry}")
    numbers = [
        line.split("=", 1)[1].split("   ")[0].strip().replace("−", "-") for line in text[at:].splitlines()[:8] if "=" in line
    ]
    assert any(_is(number, expected) for number in numbers), numbers


def _is(text: str, expected: float) -> bool:
    try:
        return float(text) == pytest.approx(expected, rel=1e-5)
    except ValueError:
        return False
