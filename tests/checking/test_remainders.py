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


def test_of_one_number_no_multiple_is_made_up(tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    code = CODE.replace("(20, 3)", "(20, 1)").replace("rng.normal(size=(3, 1))", "rng.normal(size=(1, 1))")
    path.write_text(code.format(added="lam * W ** 3"))
    assert chainrule.check(path).claims[-1].because == "it is not ∂loss/∂W"


@pytest.mark.parametrize(
    ("added", "verdict", "because"),
    [
        ("lam * W", "right", "∂loss/∂W"),
        ("3 * lam * W", "wrong", "what it adds to dW is 3 times the rest of the derivative"),
        ("lam / 2 * W", "wrong", "it leaves out the factor 2 of the derivative of W² (line 4)"),
        ("lam * np.sign(W)", "wrong", "it is not ∂loss/∂W"),
        ("lam * W ** 3", "wrong", "it is not ∂loss/∂W"),
    ],
)
def test_the_line_that_adds_the_rest_is_judged_by_it(added: str, verdict: str, because: str, tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text(CODE.format(added=added))
    part, whole = chainrule.check(path).claims
    assert part.verdict == "right"
    assert part.because in (
        "∂loss/∂W; a part of it, to which a later line adds the rest",
        "∂/∂W of the `mean` at line 4; later lines bring in the rest of loss",
    )
    assert (whole.verdict, whole.because) == (verdict, because)
