"""Scores that a softmax is not to see: −∞, −10⁹, or a mask times −10⁹. What is judged right is right, and wrong is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

import chainrule
from chainrule.api import CheckedProgram

ATTENTION = """
import numpy as np
rng = np.random.default_rng(14)
Q, K, V, y = rng.normal(size=(4, 4, 2))
seen = np.tril(np.ones((4, 4)))
SCORES
P = np.exp(S - S.max(axis=1, keepdims=True))
P = P / P.sum(axis=1, keepdims=True)
out = P @ V
loss = 0.5 * np.sum((out - y) ** 2)
dout = out - y
dP = dout @ V.T
dS = P * (dP - (dP * P).sum(axis=1, keepdims=True))
dQ = dS @ K
dK = dS.T @ Q
"""
HIDDEN = {
    "minus infinity, chosen": "S = np.where(seen == 1, Q @ K.T, -np.inf)",
    "minus infinity, stored": "S = Q @ K.T\nS[seen == 0] = -np.inf",
    "a large number, added": "future = np.triu(np.ones((4, 4)), 1) * -1e9\nS = Q @ K.T + future",
    "a mask times a large number": "S = Q @ K.T + (1 - seen) * -1e9",
}


def check(tmp_path: Path, text: str) -> CheckedProgram:
    path = tmp_path / "program.py"
    path.write_text(text, encoding="utf-8")
    return chainrule.check(path)


@pytest.mark.parametrize("way", HIDDEN)
def test_right_derivatives_are_right_and_not_zero_everywhere(way: str, tmp_path: Path) -> None:
    found = check(tmp_path, ATTENTION.replace("SCORES", HIDDEN[way]))
    assert [(j.name.text, j.verdict) for j in found] == [(name, "right") for name in ("dout", "dP", "dS", "dQ", "dK")]
    assert [j.because for j in found if "0 everywhere" in j.because] == []


@pytest.mark.parametrize("way", HIDDEN)
def test_a_transpose_left_out_is_found(way: str, tmp_path: Path) -> None:
    text = ATTENTION.replace("SCORES", HIDDEN[way])
    assert "dS.T @ Q" in text
    assert check(tmp_path, text.replace("dS.T @ Q", "dS @ Q"))["dK"].verdict == "wrong"


@pytest.mark.parametrize("way", HIDDEN)
def test_an_infinity_that_comes_to_nothing_is_no_reason_for_distrust(way: str, tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text(ATTENTION.replace("SCORES", HIDDEN[way]), encoding="utf-8")
    assert chainrule.explain(path).worked.notices == ()


def test_an_infinity_that_reaches_a_derivative_is_named(tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text(
        "import numpy as np\nw = np.array([0.0, 2.0])\na = np.log(w)\nloss = np.sum(np.exp(a) * 3)\n", encoding="utf-8"
    )
    (notice,) = chainrule.explain(path).worked.notices
    assert notice == "a (line 3) is the first value that holds an infinity; what depends on it cannot be trusted."
