"""Update lines are judged given their gradient: a step starts from the parameter itself, or from most of it."""

from __future__ import annotations

from pathlib import Path

import pytest

import chainrule

LINE = """import numpy as np
rng = np.random.default_rng(0)
x, y = rng.normal(size=(5, 3)), rng.normal(size=(5, 1))
w = rng.normal(size=(3, 1))
keep, rate = {keep}, 0.1
for i in range(4):
    o = x @ w
    loss = np.mean((o - y) ** 2)
    dw = x.T @ (2 * (o - y)) / 5
    w = keep * w - rate * dw
"""


@pytest.mark.parametrize(
    ("keep", "verdict", "because"),
    [
        ("1", "right", "given dw: one gradient-descent step on w"),
        ("0.9", "right", "given dw: one gradient-descent step on w, which keeps 0.9 of it"),
        ("2", "wrong", "it takes the step from 2 times w, where one of gradient descent is from w itself"),
        ("-1", "wrong", "it takes the step from −1 times w, where one of gradient descent is from w itself"),
    ],
)
def test_how_much_of_a_parameter_a_step_starts_from(keep: str, verdict: str, because: str, tmp_path: Path) -> None:
    path = tmp_path / "line.py"
    path.write_text(LINE.format(keep=keep), encoding="utf-8")
    found = chainrule.check(path)
    assert [(j.name.text, j.verdict) for j in found.claims] == [("dw", "right")]
    assert [(j.name.text, j.verdict, j.because) for j in found.updates] == [("w", verdict, because)]
