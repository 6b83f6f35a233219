"""A derivative that is gathered line by line: the line that adds the rest is judged by what it adds."""

from __future__ import annotations

from pathlib import Path

import pytest

import chainrule

CODE = """import numpy as np
rng = np.random.default_rng(0)
X, y, W, lam = rng.normal(size=(20, 3)), rng.normal(size=(20, 1)), rng.normal(size=(3, 1)), 0.1
loss = np.mean((X @ W - y) ** 2) + lam / 2 * np.sum(W ** 2)
def of_the_data():
    dW = 2 / len(X) * X.T @ (X @ W - y)
    return dW
dW = of_the_data()
dW += {added}
"""


@pytest.mark.parametrize(
    ("added", "verdict", "because"),
    [
        ("lam * W", "right", "∂loss/∂W"),
        ("2 * lam * W", "wrong", "what it adds to dW is 2 times the rest of the derivative"),
        ("lam / 2 * W", "wrong", "what it adds to dW is ½ of the rest of the derivative"),
        ("lam * np.sign(W)", "wrong", "it is not ∂loss/∂W"),
    ],
)
def test_the_line_that_adds_the_rest_is_judged_by_it(added: str, verdict: str, because: str, tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text(CODE.format(added=added))
    part, whole = chainrule.check(path).claims
    assert (part.verdict, part.because) == ("right", "∂loss/∂W; a part of it, to which a later line adds the rest")
    assert (whole.verdict, whole.because) == (verdict, because)
