"""A mistake in a line that makes every entry of a list is told once, of all of them."""

from __future__ import annotations

from pathlib import Path

import chainrule
from chainrule.checking.families import judged_alike, merged

PROGRAM = """import math
def sigmoid(x):
    return 1 / (1 + math.exp(-x))
W1 = [[0.1, -0.4], [0.5, 0.3], [-0.2, 0.6]]
W2 = [[0.3, -0.1, 0.7], [0.2, 0.8, -0.5]]
x, t = [0.6, -0.9], [1.0, 0.0]
for epoch in range(3):
    h = [sigmoid(sum(w * v for w, v in zip(row, x))) for row in W1]
    o = [sigmoid(sum(w * v for w, v in zip(row, h))) for row in W2]
    loss = sum((a - b) ** 2 for a, b in zip(o, t)) / 2
    d_o = [(a - b) * a * (1 - a) for a, b in zip(o, t)]
    d_h = [sum(W2[k][j] * d_o[k] for k in range(2)) * h[j] * (1 - h[j]) for j in range(3)]
    for k in range(2):
        for j in range(3):
            W2[k][j] -= 0.5 * d_o[k] * h[j]
    for j in range(3):
        for i in range(2):
            W1[j][i] -= 0.5 * d_h[j] * x[i]
"""


def said(tmp_path: Path, old: str, new: str) -> list[tuple[str, int, str, str]]:
    path = tmp_path / "program.py"
    assert PROGRAM.count(old) == 1
    path.write_text(PROGRAM.replace(old, new))
    groups = judged_alike(chainrule.check(path).claims)
    return [(merged([j.name.text for j in g]), len(g), g[0].verdict, merged([j.because for j in g])) for g in groups]


def test_a_factor_left_out_in_every_hidden_unit(tmp_path: Path) -> None:
    assert said(tmp_path, "* h[j] * (1 - h[j])", "* (1 - h[j])")[:2] == [
        ("d_o[…]", 2, "right", "∂loss/∂(the `add` at line 9); not for o[…] itself, but for what it is made from"),
        ("d_h[…]", 3, "wrong", "it leaves out the factor h[…]₁ of sigmoid′ = h[…]₁·(1 − h[…]₁)"),
    ]


def test_what_is_made_of_them_follows(tmp_path: Path) -> None:
    found = said(tmp_path, "W2[k][j] * d_o[k]", "W2[k][j] * (o[k] - t[k])")
    assert ("d_h[…]", 3, "wrong", "it leaves out sigmoid′ at o[…]₁") in found
    assert ("W1[…][…]", 6, "wrong", "it follows from d_h[…] (line 12); given that one right, it would be") in found
