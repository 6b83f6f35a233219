"""The loss of programs that compute none: inferred where one explains everything, never to excuse a mistake."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

import chainrule
from chainrule.cli import main

NETWORK = """import numpy as np
np.random.seed(1)
X, y = np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), np.array([[0], [1], [1], [0]])
w0, w1 = np.random.random((2, 3)) - 0.5, np.random.random((3, 1)) - 0.5
def sigmoid(z): return 1 / (1 + np.exp(-z))
for i in range(5):
    l1 = sigmoid(X @ w0)
    l2 = OUTPUT
    error = ERROR
    l2_delta = DELTA
    l1_delta = l2_delta @ w1.T * HIDDEN
    w1 += l1.T @ l2_delta
    w0 += X.T @ l1_delta
"""
RIGHT = {
    "½Σ(y − l2)²": {"DELTA": "error * l2 * (1 - l2)"},
    "Σ(y − l2)²": {"DELTA": "2 * error * l2 * (1 - l2)"},
    "1/4 Σ(y − l2)²": {"DELTA": "2 * error * l2 * (1 - l2) / len(y)"},
    "−Σ(y·log l2 + (1 − y)·log(1 − l2))": {"DELTA": "error"},
    "−1/4 Σ(y·log l2 + (1 − y)·log(1 − l2))": {"DELTA": "error / len(y)"},
}
SOFTMAX = """import numpy as np
X, t = np.array([[1.0, 2.0], [0.5, -1.0], [2.0, 0.3]]), np.eye(3)
W = np.array([[0.1, -0.4, 0.3], [0.2, 0.5, -0.6]])
for i in range(3):
    z = X @ W
    p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    W -= 0.1 * X.T @ (p - t)
"""


def written(
    folder: Path, *, output: str = "sigmoid(l1 @ w1)", error: str = "y - l2", hidden: str = "l1 * (1 - l1)", delta: str
) -> Path:
    text = NETWORK.replace("OUTPUT", output).replace("ERROR", error).replace("DELTA", delta).replace("HIDDEN", hidden)
    path = folder / "program.py"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("loss", RIGHT)
def test_the_loss_that_explains_everything_is_taken(loss: str, tmp_path: Path) -> None:
    check = chainrule.check(written(tmp_path, delta=RIGHT[loss]["DELTA"]))
    assert {j.verdict for j in check.claims} == {"right"}
    assert {j.because.removesuffix(", its sign turned for the update") for j in check.claims} == {f"for {loss} (inferred)"}


def test_a_softmax_beside_its_targets(tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text(SOFTMAX, encoding="utf-8")
    (claim,) = chainrule.check(path).claims
    assert (claim.verdict, claim.because) == ("right", "for −Σ t·log p (inferred)")


def test_rows_one_by_one_are_added_up(tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text(
        "w, lr = 0.5, 0.1\nX, Y = [1.0, 2.0, 3.0], [2.0, 3.0, 5.0]\nfor epoch in range(3):\n    g = 0.0\n"
        "    for x, y in zip(X, Y):\n        p = w * x\n        g += (p - y) * x\n    w = w - lr * g\n",
        encoding="utf-8",
    )
    (claim,) = chainrule.check(path).claims
    assert (claim.verdict, claim.because) == ("right", "for ½Σ(Y[0] − p)² over 3 rows (inferred)")


NONE = 'no loss is computed beside these derivatives, and no usual loss explains all that is written{}. --loss "EXPRESSION" names the one that is meant'
WRONG = "; for ½Σ(y − l2)² it would be wrong: it leaves out {}"
W1_RIGHT = "; for ½Σ(y − l2)² it would be right"


@pytest.mark.parametrize(
    ("hints", "mistake"),
    [
        ({W1_RIGHT, WRONG.format("sigmoid′ at l1₁")}, {"delta": "error * l2 * (1 - l2)", "hidden": "1"}),
        (
            {W1_RIGHT, WRONG.format("the factor 1 − l1₁ of sigmoid′ = l1₁·(1 − l1₁)")},
            {"delta": "error * l2 * (1 - l2)", "hidden": "l1"},
        ),
        ({WRONG.format("the factor 1 − l2₁ of sigmoid′ = l2₁·(1 − l2₁)")}, {"delta": "error * l2"}),
        ({""}, {"delta": "-error * l2 * (1 - l2)"}),
        ({WRONG.format("tanh′ at l2₁")}, {"delta": "error", "output": "np.tanh(l1 @ w1)"}),
    ],
)
def test_no_loss_is_bent_to_fit_a_mistake(hints: set[str], mistake: dict[str, str], tmp_path: Path) -> None:
    check = chainrule.check(written(tmp_path, **mistake))
    assert {(j.verdict, j.because) for j in check.claims} == {("cannot tell", NONE.format(hint)) for hint in hints}


def test_a_named_loss_is_never_exchanged_for_one_that_fits(tmp_path: Path) -> None:
    path = written(tmp_path, delta="error", error="y - l2\n    loss = 0.5 * np.sum(error ** 2)")
    assert {j.verdict for j in chainrule.check(path).claims} == {"wrong"}


def test_a_loss_is_given_as_a_formula(tmp_path: Path) -> None:
    path = written(tmp_path, delta="error * l2 * (1 - l2)", hidden="1")
    found = chainrule.check(path, loss="np.sum((y - l2)**2) / 2")
    assert [(j.name.text, j.verdict, j.because) for j in found.claims][1] == ("w0", "wrong", "it leaves out sigmoid′ at l1₁")


@pytest.mark.parametrize(
    ("formula", "message"),
    [
        ("np.sum((y - l2)", "it is no expression: '(' was never closed."),
        ("y - l2", "it has shape (4, 1); a loss is one number. Sum it, or take its mean."),
        ("2 + 3", "it names no value of the program."),
        ("np.fft(y)", "`np.fft(y)` cannot stand there. Names of the program, numbers, + − * / ** @ and sum, mean, log, exp, sqrt, abs, square, maximum, minimum can."),
    ],
)  # fmt: skip
def test_a_formula_that_cannot_be_used_is_said(formula: str, message: str, tmp_path: Path) -> None:
    path = written(tmp_path, delta="error")
    done = CliRunner().invoke(main, ["check", str(path), "--loss", formula])
    assert (done.exit_code, done.stderr) == (2, f'chainrule: --loss "{formula}": {message}\n')
