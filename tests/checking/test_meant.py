"""A wrong derivative is judged as what its use shows it to be: `d_h`, stepped with as it stands, is for what h is made of."""

from __future__ import annotations

from pathlib import Path

import chainrule

PROGRAM = """import numpy as np
rng = np.random.default_rng(0)
x, t = rng.normal(size=(6, 3)), rng.uniform(size=(6, 2))
W1, W2 = rng.normal(size=(3, 4)), rng.normal(size=(4, 2))
sigmoid = lambda z: 1 / (1 + np.exp(-z))
for i in range(5):
    h = sigmoid(x @ W1)
    o = sigmoid(h @ W2)
    loss = 0.5 * np.sum((o - t) ** 2)
    d_o = (o - t) * o * (1 - o)
    d_h = (d_o @ W2.T) * h * (1 - h)
    W2 -= 0.1 * h.T @ d_o
    W1 -= 0.1 * x.T @ d_h
"""
FOLLOWS = "it follows from d_h (line 11); given that one right, it would be"


def because(tmp_path: Path, new: str) -> list[str]:
    path = tmp_path / "program.py"
    path.write_text(PROGRAM.replace("(d_o @ W2.T) * h * (1 - h)", new))
    found = chainrule.check(path)
    assert [j.verdict for j in found.claims] == ["right", "wrong", "right", "wrong"]
    return [j.because for j in found.claims if j.fails]


def test_a_factor_of_the_slope_left_out(tmp_path: Path) -> None:
    assert because(tmp_path, "(d_o @ W2.T) * (1 - h)") == ["it leaves out the factor h₁ of f′ = h₁·(1 − h₁)", FOLLOWS]


def test_the_slope_of_the_output_left_out(tmp_path: Path) -> None:
    first, second = because(tmp_path, "((o - t) @ W2.T) * h * (1 - h)")
    assert first.startswith("it leaves out f′ at o₁; or: ")
    assert second == FOLLOWS


def test_what_nothing_is_made_of_keeps_its_name(tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    line = "    d_h = (d_o @ W2.T) * h * (1 - h)\n"
    other = line.replace("d_h", "signal") + line.replace("h * (1 - h)", "3 * h")
    path.write_text(PROGRAM.replace(line, other).replace("x.T @ d_h", "x.T @ signal"))
    assert [(j.name.text, j.verdict) for j in chainrule.check(path).claims if j.fails] == [("d_h", "wrong")]
