"""Aliases, views and stores mean what they mean in NumPy: each program's derivative is compared with finite differences."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import chainrule

PROGRAMS = {
    "a view of a row": "row = W[0]\nrow *= 2.0\nloss = np.sum(W ** 2)",
    "a view of a transpose": "T = W.T\nT[0, 1] = 3.0 * W[0, 0]\nloss = np.sum(W ** 3)",
    "an alias": "V = W\nV += 1.0\nloss = np.sum(W ** 2)",
    "a copy is none": "V = W.copy()\nV += 1.0\nloss = np.sum(W ** 2) + np.sum(V)",
    "a store into zeros": "A = np.zeros((2, 2))\nA[0] = W[1] ** 2\nA[1, 0] = W[0, 0]\nloss = np.sum(A * A)",
    "a slice stored into": "A = np.ones((3, 3))\nA[1:, :2] = W\nA[0, :] = A[1, :] * 2.0\nloss = np.sum(A ** 2)",
    "a mask stored into": "A = W * 2.0\nA[A < 0] = 0.0\nloss = np.sum(A ** 2)",
    "a ravelled view": "flat = W.reshape(-1)\nflat[2] = flat[0] * flat[1]\nloss = np.sum(W ** 2)",
    "add.at": "A = np.zeros(2)\nnp.add.at(A, np.array([0, 1, 0]), W.reshape(-1)[:3])\nloss = np.sum(A ** 2)",
    "out of a function": "def scale(M):\n    M *= 3.0\n    return M\nscale(W)\nloss = np.sum(W ** 2)",
    "a list of traced": "parts = [W[0, 0] * 2, W[1, 1] ** 2]\nA = np.array([parts, [W[0, 1], 1.0]])\nloss = np.sum(A ** 2)",
    "apply, dot, einsum": "loss = np.einsum('ij,jk->', W, W.dot(W)) + np.trace(np.eye(2) @ W) ** 2",
    "concatenate and stack": "A = np.vstack([W, W[:1] ** 2])\nB = np.stack([A, A * 2])\nloss = np.mean(B ** 2)",
    "keepdims and broadcast": "m = W.mean(axis=0, keepdims=True)\ns = W.std(axis=0)\nloss = np.sum(((W - m) / (s + 1.0)) ** 3)",
    "max over an axis": "loss = np.sum(W.max(axis=1) ** 2) + np.max(W)",
    "fancy index twice": "idx = np.array([0, 0, 1])\nloss = np.sum(W[idx] ** 2)",
    "where": "loss = np.sum(np.where(W > 0, W ** 2, 0.5 * W))",
    "in a class": "class Net:\n    def __init__(self, W):\n        self.W = W\n    def loss(self):\n        self.W[0] = self.W[1] * 2.0\n        return np.sum(self.W ** 2)\nloss = Net(W).loss()",
    "in a dictionary": "p = {'W': W}\np['W'] = p['W'] * 2.0\nloss = np.sum(p['W'] ** 2)",
    "in loops": "loss = 0.0\nfor i in range(2):\n    for j in range(2):\n        loss += W[i, j] ** (i + j + 1)",
    "a comprehension": "loss = sum([w ** 2 for w in W.ravel()]) + sum(float(w) for w in W[0])",
    "while and branches": "total = W[0, 0]\nn = 0\nwhile n < 3:\n    total = total * 1.5 if total > 0 else total * 0.5\n    n += 1\nloss = total ** 2",
    "try, with and lambda": "try:\n    f = lambda a, b=2.0: a ** b\n    loss = np.sum(f(W))\nfinally:\n    pass",
    "swap of names": "a, b = W[0], W[1]\na, b = b, a\nloss = np.sum(a ** 2 * b)",
    "augmented matmul": "A = np.eye(2)\nA = A @ W\nA -= W.T\nloss = np.sum(A ** 2)",
    "logs and clips": "P = np.clip(1 / (1 + np.exp(-W)), 1e-6, 1 - 1e-6)\nloss = -np.mean(np.log(P))",
}  # fmt: skip
START = np.array([[0.5, -1.2], [2.0, 0.7]])


def loss_of(body: str, W: np.ndarray) -> float:
    space: dict[str, object] = {"np": np, "W": W.copy()}
    exec(body, space)
    return float(space["loss"])  # type: ignore[arg-type]


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_derivative_is_that_of_the_program(name: str, tmp_path: Path) -> None:
    body = PROGRAMS[name]
    path = tmp_path / "program.py"
    path.write_text(f"import numpy as np\nW = np.array({START.tolist()})\n{body}\n", encoding="utf-8")
    work = chainrule.explain(path, wrt="W#1", of="loss")
    assert not work.trace.raised
    assert work.loss == pytest.approx(loss_of(body, START))
    true = np.zeros((2, 2))
    for entry in np.ndindex(2, 2):
        step = np.zeros((2, 2))
        step[entry] = 1e-6
        true[entry] = (loss_of(body, START + step) - loss_of(body, START - step)) / 2e-6
    leaf = next(b.node for b in work.trace.bindings if b.name.text == "W")
    adjoint = work.worked.gradients.adjoint[leaf]
    assert np.asarray(work.worked.values[adjoint], float) == pytest.approx(true, abs=1e-5, rel=1e-5)


def test_an_unknown_function_is_opaque_and_never_lost(tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text(
        "import numpy as np\nW = np.array([1.0, 2.0])\nA = np.fft.fft(W).real\nloss = np.sum(A ** 2)\ndW = 2 * A\n",
        encoding="utf-8",
    )
    judged = chainrule.check(path)["dW"]
    assert judged.verdict == "cannot tell"
    assert "its derivative is not known" in judged.because
