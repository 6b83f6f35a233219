"""Rows that are stepped along one by one, and a loss of all of them when an epoch is over: no row is accused of not being all."""

from __future__ import annotations

from pathlib import Path

import chainrule

PROGRAM = """
import numpy as np
rng = np.random.default_rng(0)
X = np.hstack([np.ones((4, 1)), rng.normal(size=(4, 2))]); y = np.where(X[:, 1] > 0, 1, -1)
w = np.zeros(3)
for epoch in range(2):
    for i in range(4):
        if 1 - y[i] * (X[i] @ w) <= 0:
            dw = w
        else:
            dw = w - 100 * X[i] * y[i]
        w = w - 0.001 * dw
    cost = 0.5 * w @ w + 100 * np.mean(np.maximum(0, 1 - y * (X @ w)))
    print(cost)
"""


def test_a_row_is_not_all(tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text(PROGRAM)
    found = chainrule.check(path)
    assert {j.verdict for j in (*found.claims, *found.updates)} <= {"right", "cannot tell"}
    assert any("one row" in j.because for j in found.claims)
