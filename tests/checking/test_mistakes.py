"""Every mistake that is known is planted in small programs: it is found, named, and mended by the line that is offered."""

from __future__ import annotations

from pathlib import Path

import pytest

import chainrule

BATCH = """
import numpy as np
np.random.seed(0)
def sigmoid(z):
    return 1 / (1 + np.exp(-z))
X = np.array([[0.5, -1.0], [1.5, 2.0], [-0.5, 1.0], [2.0, 0.3]])
Y = np.array([[1.0], [0.0], [1.0], [0.0]])
W1 = np.random.randn(2, 3)
b1 = np.zeros((1, 3))
W2 = np.random.randn(3, 1)
b2 = np.zeros((1, 1))
lr = 0.1
N = X.shape[0]
Z1 = X @ W1 + b1
A1 = sigmoid(Z1)
Z2 = A1 @ W2 + b2
A2 = sigmoid(Z2)
loss = np.sum((A2 - Y) ** 2) / N
dA2 = 2 * (A2 - Y) / N
dZ2 = dA2 * A2 * (1 - A2)
dW2 = A1.T @ dZ2
db2 = np.sum(dZ2, axis=0, keepdims=True)
dA1 = dZ2 @ W2.T
dZ1 = dA1 * A1 * (1 - A1)
dW1 = X.T @ dZ1
db1 = np.sum(dZ1, axis=0, keepdims=True)
W1 = W1 - lr * dW1
b1 = b1 - lr * db1
W2 = W2 - lr * dW2
b2 = b2 - lr * db2
"""
COLUMNS = """
import numpy as np
np.random.seed(1)
X = np.random.randn(3, 4)
Y = np.random.randn(2, 4)
W1 = np.random.randn(4, 3)
b1 = np.zeros((4, 1))
W2 = np.random.randn(2, 4)
b2 = np.zeros((2, 1))
lr = 0.1
m = X.shape[1]
Z1 = np.dot(W1, X) + b1
A1 = np.tanh(Z1)
Z2 = np.dot(W2, A1) + b2
cost = np.sum((Z2 - Y) ** 2) / (2 * m)
dZ2 = (Z2 - Y) / m
dW2 = np.dot(dZ2, A1.T)
db2 = np.sum(dZ2, axis=1, keepdims=True)
dA1 = np.dot(W2.T, dZ2)
dZ1 = dA1 * (1 - A1 ** 2)
dW1 = np.dot(dZ1, X.T)
db1 = np.sum(dZ1, axis=1, keepdims=True)
W1 -= lr * dW1
b1 -= lr * db1
W2 -= lr * dW2
b2 -= lr * db2
"""
SCALAR = """
def relu(z):
    return max(0.0, z)
x1, x2, t = 1.0, 2.0, 0.5
w1, w2, w3, w4, v1, v2, b1, b2, c = 0.4, 0.3, -0.2, 0.6, 0.7, 0.5, 0.1, -0.1, 0.2
lr = 0.05
s1 = w1 * x1 + w2 * x2 + b1
h1 = relu(s1)
s2 = w3 * x1 + w4 * x2 + b2
h2 = relu(s2)
s3 = v1 * h1 + v2 * h2 + c
p = relu(s3)
loss = (p - t) ** 2
d_p = 2 * (p - t)
d_s3 = d_p * (s3 > 0)
d_v1 = d_s3 * h1
d_v2 = d_s3 * h2
d_h1 = d_s3 * v1
d_s1 = d_h1 * (s1 > 0)
d_w1 = d_s1 * x1
d_w2 = d_s1 * x2
v1 = v1 - lr * d_v1
v2 = v2 - lr * d_v2
w1 = w1 - lr * d_w1
w2 = w2 - lr * d_w2
"""
SHARED = """
import numpy as np
def f(z):
    return np.tanh(z)
x = np.array([0.5, -0.3, 0.8])
h0 = np.array([0.1, 0.2, -0.1])
y = np.array([0.3, 0.1, 0.9])
W = np.array([[0.2, -0.4, 0.1], [0.7, 0.3, -0.6], [0.5, -0.1, 0.4]])
U = np.array([[0.1, 0.2, 0.3], [-0.3, 0.5, 0.2], [0.6, 0.4, -0.2]])
lr = 0.1
a1 = W @ h0 + U @ x
h1 = f(a1)
a2 = W @ h1 + U @ x
h2 = f(a2)
loss = 0.5 * np.sum((h2 - y) ** 2)
dh2 = h2 - y
da2 = dh2 * (1 - h2 ** 2)
dh1 = W.T @ da2
da1 = dh1 * (1 - h1 ** 2)
dW = np.outer(da2, h1) + np.outer(da1, h0)
dU = np.outer(da2, x) + np.outer(da1, x)
W = W - lr * dW
U = U - lr * dU
"""

SOFTMAX = """
import numpy as np
X = np.array([[0.5, -1.0], [2.0, 0.3], [1.0, 1.5]])
Y = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, 1.0, 0.0]])
W = np.array([[0.4, -0.7, 0.2], [-0.6, 0.2, 0.5]])
b = np.array([0.1, -0.2, 0.3])
E = np.exp(X @ W + b)
P = E / E.sum(axis=1, keepdims=True)
loss = -np.sum(Y * np.log(P))
dZ = P - Y
dW = X.T @ dZ
db = dZ.sum(axis=0)
W -= 0.1 * dW
b -= 0.1 * db
"""

# fmt: off
PLANTED = [
    (SOFTMAX, 'db = dZ.sum(axis=0)', 'db = dZ.sum(axis=1)', 'db', 'wrong', 'it sums over axis 1, where b asks for the sum over axis 0: its terms cancel there, and it is 0 but for rounding, whatever they are'),
    (BATCH, 'dZ2 = dA2 * A2 * (1 - A2)', 'dZ2 = dA2', 'dZ2', 'wrong', 'it leaves out sigmoid′ at A2'),
    (BATCH, 'dZ2 = dA2 * A2 * (1 - A2)', 'dZ2 = dA2 * sigmoid(A2) * (1 - sigmoid(A2))', 'dZ2', 'wrong', 'it takes sigmoid′ at A2, the value after the activation, instead of at Z2'),
    (BATCH, 'dZ2 = dA2 * A2 * (1 - A2)', 'dZ2 = dA2 * Z2 * (1 - Z2)', 'dZ2', 'wrong', 'it puts Z2, the value before the activation, into the formula meant for the value after it'),
    (BATCH, 'dW2 = A1.T @ dZ2', 'dW2 = Z1.T @ dZ2', 'dW2', 'wrong', 'it uses Z1 where A1 belongs'),
    (BATCH, 'dA2 = 2 * (A2 - Y) / N', 'dA2 = 2 * (Y - A2) / N', 'dA2', 'wrong', 'the gradient of the loss with its sign turned'),
    (BATCH, 'dA2 = 2 * (A2 - Y) / N', 'dA2 = (A2 - Y) / N', 'dA2', 'wrong', 'exactly ½ of the gradient of the loss as written'),
    (BATCH, 'dA2 = 2 * (A2 - Y) / N', 'dA2 = 2 * (A2 - Y)', 'dA2', 'wrong', 'exactly N (N = 4) times the gradient of the loss as written'),
    (BATCH, 'dW2 = A1.T @ dZ2', 'dW2 = A1.T @ dZ2 / N', 'dW2', 'wrong', 'exactly 1/N (N = 4) of the gradient of the loss as written'),
    (BATCH, 'db1 = np.sum(dZ1, axis=0, keepdims=True)', 'db1 = np.sum(dZ1)', 'db1', 'wrong', 'it sums over everything, where b1 asks for the sum over axis 0'),
    (BATCH, 'db1 = np.sum(dZ1, axis=0, keepdims=True)', 'db1 = np.sum(dZ1, axis=1, keepdims=True)', 'db1', 'wrong', 'it has shape 4×1, and b1 has shape 1×3, which the update turns into 4×3: it sums over axis 1, where b1 asks for the sum over axis 0'),
    (BATCH, 'db1 = np.sum(dZ1, axis=0, keepdims=True)', 'db1 = np.mean(dZ1, axis=0, keepdims=True)', 'db1', 'wrong', 'exactly 1/N (N = 4) of the gradient of the loss as written'),
    (BATCH, 'db1 = np.sum(dZ1, axis=0, keepdims=True)', 'db1 = dZ1', 'db1', 'wrong', 'it has shape 4×3, and b1 has shape 1×3, which the update turns into 4×3: it does not sum, where b1 asks for the sum over axis 0'),
    (BATCH, 'db1 = np.sum(dZ1, axis=0, keepdims=True)', 'db1 = dZ1[0:1]', 'db1', 'wrong', 'it takes the first row only, where b1 asks for the sum over all'),
    (BATCH, 'dZ1 = dA1 * A1 * (1 - A1)', 'dZ1 = dA1 * A1 * (1 - A2)', 'dZ1', 'wrong', 'it uses A2 for the second A1 of sigmoid′ = A1·(1 − A1)'),
    (BATCH, 'dZ1 = dA1 * A1 * (1 - A1)', 'dZ1 = dA1 * (1 - A1)', 'dZ1', 'wrong', 'it leaves out the factor A1 of sigmoid′ = A1·(1 − A1)'),
    (BATCH, 'dZ1 = dA1 * A1 * (1 - A1)', 'dZ1 = dA1 * Z1 * (1 - A1)', 'dZ1', 'wrong', 'it uses Z1 for the first A1 of sigmoid′ = A1·(1 − A1)'),
    (BATCH, 'dA1 = dZ2 @ W2.T', 'dA1 = dA2 @ W2.T', 'dA1', 'wrong', 'it leaves out sigmoid′ at A2'),
    (BATCH, 'dA2 = 2 * (A2 - Y) / N\ndZ2 = dA2 * A2 * (1 - A2)', 'dZ2 = (A2 - Y) / N', 'dZ2', 'wrong', 'it leaves out sigmoid′ at A2, and is ½ of that; or: it is the gradient of binary cross-entropy of A2 and Y, not of loss as written, and is 1/4 of that'),
    (BATCH, 'dA1 = dZ2 @ W2.T\ndZ1 = dA1 * A1 * (1 - A1)\ndW1 = X.T @ dZ1\ndb1 = np.sum(dZ1, axis=0, keepdims=True)\nW1 = W1 - lr * dW1\nb1 = b1 - lr * db1\nW2 = W2 - lr * dW2', 'W2 = W2 - lr * dW2\ndA1 = dZ2 @ W2.T\ndZ1 = dA1 * A1 * (1 - A1)\ndW1 = X.T @ dZ1\ndb1 = np.sum(dZ1, axis=0, keepdims=True)\nW1 = W1 - lr * dW1\nb1 = b1 - lr * db1', 'dA1', 'wrong', 'it uses W2₂, already updated, where W2₁ was used forward'),
    (COLUMNS, 'db1 = np.sum(dZ1, axis=1, keepdims=True)', 'db1 = np.sum(dZ1, axis=0, keepdims=True)', 'db1', 'wrong', 'it sums over axis 0, where b1 asks for the sum over axis 1'),
    (COLUMNS, 'db1 = np.sum(dZ1, axis=1, keepdims=True)', 'db1 = np.sum(dZ1, axis=0).reshape(4, 1)', 'db1', 'wrong', 'it sums over axis 0, where b1 asks for the sum over axis 1'),
    (COLUMNS, 'db1 = np.sum(dZ1, axis=1, keepdims=True)', 'db1 = np.sum(dZ1, keepdims=True)', 'db1', 'wrong', 'it sums over everything, where b1 asks for the sum over axis 1'),
    (COLUMNS, 'dZ1 = dA1 * (1 - A1 ** 2)', 'dZ1 = dA1 * (1 - Z1 ** 2)', 'dZ1', 'wrong', 'it puts Z1, the value before the activation, into the formula meant for the value after it'),
    (COLUMNS, 'dZ1 = dA1 * (1 - A1 ** 2)', 'dZ1 = dA1 * (1 - np.tanh(A1) ** 2)', 'dZ1', 'wrong', 'it takes tanh′ at A1, the value after the activation, instead of at Z1'),
    (COLUMNS, 'dZ1 = dA1 * (1 - A1 ** 2)', 'dZ1 = dA1 * A1 * (1 - A1)', 'dZ1', 'wrong', "it uses the sigmoid's derivative for tanh"),
    (COLUMNS, 'dZ1 = dA1 * (1 - A1 ** 2)', 'dZ1 = dA1', 'dZ1', 'wrong', 'it leaves out tanh′ at A1'),
    (COLUMNS, 'dZ2 = (Z2 - Y) / m', 'dZ2 = Z2 - Y', 'dZ2', 'wrong', 'exactly m (m = 4) times the gradient of the loss as written'),
    (COLUMNS, 'dW1 = np.dot(dZ1, X.T)', 'dW1 = np.dot(dZ1, X.T) / m', 'dW1', 'wrong', 'exactly 1/m (m = 4) of the gradient of the loss as written'),
    (COLUMNS, 'dZ1 = dA1 * (1 - A1 ** 2)\ndW1 = np.dot(dZ1, X.T)', 'dZ1 = dA1 * (1 - A1 ** 2)\ndW1 = np.dot(dA1, X.T) / 2', 'dW1', 'wrong', 'it leaves out tanh′ at A1, and is ½ of that'),
    (SCALAR, 'd_s3 = d_p * (s3 > 0)', 'd_s3 = d_p', 'd_s3', 'right only here', 'it leaves out relu′ at p'),
    (SCALAR, 'd_v1 = d_s3 * h1', 'd_v1 = d_s3 * s1', 'd_v1', 'right only here', 'it uses s1 where h1 belongs'),
    (SCALAR, 'd_w1 = d_s1 * x1', 'd_w1 = d_s1 * x2', 'd_w1', 'wrong', 'it uses x2 where x1 belongs'),
    (SCALAR, 'd_w1 = d_s1 * x1', 'd_w1 = -d_s1 * x1', 'd_w1', 'wrong', 'the gradient of the loss with its sign turned: the step climbs the loss'),
    (SCALAR, 'd_h1 = d_s3 * v1', 'd_h1 = d_s3 * v2', 'd_h1', 'wrong', 'it uses v2₁ where v1₁ belongs'),
    (SCALAR, 'd_s1 = d_h1 * (s1 > 0)', 'd_s1 = d_h1 * (s2 > 0)', 'd_s1', 'right only here', 'it takes relu′ at s2 instead of at s1'),
    (SCALAR, 'd_s1 = d_h1 * (s1 > 0)\nd_w1 = d_s1 * x1', 'd_s1 = d_h1 * (s1 > 0)\nd_w1 = d_h1 * x2', 'd_w1', 'wrong', 'it leaves out relu′ at h1, and it uses x2 where x1 belongs; or: it takes relu′ at s3 instead of at s1, and it uses x2 where x1 belongs'),
    (SCALAR, 'd_v1 = d_s3 * h1', 'd_v1 = 2 * (s3 - t) * h1', 'd_v1', 'right only here', 'it treats p as if it had no activation: it takes s3 for it and leaves out relu′'),
    (SCALAR, 'd_v1 = d_s3 * h1', 'd_v1 = 2 * (s3 - t) * s1', 'd_v1', 'right only here', 'it treats p as if it had no activation: it takes s3 for it and leaves out relu′, and it uses s1 where h1 belongs'),
    (SCALAR, 'd_v1 = d_s3 * h1', 'd_v1 = -2 * (s3 - t) * h1', 'd_v1', 'wrong', 'it treats p as if it had no activation: it takes s3 for it and leaves out relu′, and is minus that; or: it is the gradient of squared error of s3 and t, not of loss as written, and is −2 times that'),
    (SHARED, 'dW = np.outer(da2, h1) + np.outer(da1, h0)', 'dW = np.outer(da2, h1)', 'dW', 'wrong', 'it leaves out one use of W₁: its use in `matmul` (line 11)'),
    (SHARED, 'dU = np.outer(da2, x) + np.outer(da1, x)', 'dU = np.outer(da1, x)', 'dU', 'wrong', 'it leaves out one use of U₁: its use in `matmul` (line 13)'),
    (SHARED, 'dh1 = W.T @ da2', 'dh1 = W @ da2', 'dh1', 'wrong', 'it uses W₁ where W₁ᵀ is needed'),
    (SHARED, 'dW = np.outer(da2, h1) + np.outer(da1, h0)', 'dW = np.outer(h1, da2) + np.outer(h0, da1)', 'dW', 'wrong', 'it is transposed: it is (∂loss/∂W)ᵀ'),
    (SHARED, 'da1 = dh1 * (1 - h1 ** 2)', 'da1 = dh1 * (1 - h2 ** 2)', 'da1', 'wrong', 'it takes f′ at a2 instead of at a1'),
    (SHARED, 'dW = np.outer(da2, h1) + np.outer(da1, h0)', 'dW = np.outer(da2, h0) + np.outer(da1, h0)', 'dW', 'wrong', 'it uses h0 where h1 belongs'),
]
# fmt: on


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "network.py"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("program", [BATCH, COLUMNS, SCALAR, SHARED], ids=["batch", "columns", "scalar", "shared"])
def test_nothing_is_said_against_a_right_program(tmp_path: Path, program: str) -> None:
    check = chainrule.check(written(tmp_path, program))
    assert {j.verdict for j in (*check.claims, *check.updates)} == {"right"}


@pytest.mark.parametrize(("program", "right", "wrong", "name", "verdict", "because"), PLANTED)
def test_a_planted_mistake_is_named_and_mended(
    tmp_path: Path, program: str, right: str, wrong: str, name: str, verdict: str, because: str
) -> None:
    path = written(tmp_path, program.replace(right, wrong, 1))
    found = chainrule.check(path)[name]
    assert (found.verdict, found.because) == (verdict, because)
    if not found.write_instead:
        return
    line = next(line for line in wrong.splitlines() if line.startswith(f"{name} ="))
    path.write_text(program.replace(right, wrong.replace(line, found.write_instead), 1), encoding="utf-8")
    assert chainrule.check(path)[name].verdict == "right"


@pytest.mark.parametrize(("program", "right", "wrong", "name", "verdict", "because"), PLANTED)
def test_a_mistake_is_reported_where_it_is_made(
    tmp_path: Path, program: str, right: str, wrong: str, name: str, verdict: str, because: str
) -> None:
    check = chainrule.check(written(tmp_path, program.replace(right, wrong, 1)))
    elsewhere = [j for j in check if j.name.text != name and j.verdict != "right" and j.because != because]
    assert all(j.because.startswith("it follows from ") for j in elsewhere)
