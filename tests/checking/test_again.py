"""Where a sample sends the program another way it is read again, with the same loss."""

from __future__ import annotations

from pathlib import Path

import pytest

import chainrule
from chainrule.errors import NoLoss

SETTING = """import numpy as np
np.random.seed(0)
X = np.random.randn(6, 3)
y = (X[:, 0] > 0).astype(float)
w = np.zeros(3)
for epoch in range(5):
    p = 1 / (1 + np.exp(-X @ w))
    {branch}
    {before}
    dw = X.T @ {error} / 6
    w = w - 0.5 * dw
    {after}
"""
LOSS = "loss = -np.mean(y * np.log(1 / (1 + np.exp(-X @ w))) + (1 - y) * np.log(1 - 1 / (1 + np.exp(-X @ w))))"
BRANCHES = {
    "counts": "right = 0\n    for i in range(6):\n        if (p[i] > 0.5) == (y[i] == 1):\n            right += 1",
    "gathers": "right = []\n    for i in range(6):\n        if (p[i] > 0.5) == (y[i] == 1):\n            right.append(p[i])",
}
LOSSES = {"before the step": (LOSS, ""), "after the step": ("", LOSS), "nowhere": ("", "")}


@pytest.mark.parametrize("branch", list(BRANCHES))
@pytest.mark.parametrize("place", list(LOSSES))
@pytest.mark.parametrize("error", ["(p - y)", "(p - y * p)"])
def test_a_branch_on_the_predictions_hides_no_verdict(tmp_path: Path, branch: str, place: str, error: str) -> None:
    before, after = LOSSES[place]
    path = tmp_path / "program.py"
    path.write_text(SETTING.format(branch=BRANCHES[branch], before=before, after=after, error=error), encoding="utf-8")
    if place == "nowhere" and error != "(p - y)":
        with pytest.raises(NoLoss):
            chainrule.check(path)
    else:
        (found,) = chainrule.check(path)
        assert found.verdict == ("right" if error == "(p - y)" else "wrong")
