"""Right programs in the forms that real ones have, each of which was accused once."""

from __future__ import annotations

from pathlib import Path

import pytest

import chainrule

SOFTMAX = "import numpy as np\nW, x = np.array([[1.0, 2.0, 0.3], [0.5, -1.0, 2.0]]).T, np.array([[1.0], [2.0]])\n"
RIGHT = {
    "a copy that is masked later": "import numpy as np\nx, w1, w2, y = np.array([[1.0, -2.0], [0.5, 3.0]]), np.array([[0.5, -1.0], [2.0, 0.3]]), np.array([[1.0], [-0.7]]), np.array([[1.0], [0.0]])\n"
    "h = x.dot(w1)\nh_relu = np.maximum(h, 0)\ny_pred = h_relu.dot(w2)\nloss = np.square(y_pred - y).sum()\ngrad_y_pred = 2.0 * (y_pred - y)\ngrad_w2 = h_relu.T.dot(grad_y_pred)\n"
    "grad_h_relu = grad_y_pred.dot(w2.T)\ngrad_h = grad_h_relu.copy()\ngrad_h[h < 0] = 0\ngrad_w1 = x.T.dot(grad_h)\nw1 -= 1e-3 * grad_w1\nw2 -= 1e-3 * grad_w2\n",
    "another name, stored into": f"{SOFTMAX}y = W @ x\nprobs = np.exp(y) / np.sum(np.exp(y))\nloss = -np.log(probs[1])\nd_L_d_y = probs\nd_L_d_y[1] -= 1\nd_W = d_L_d_y @ x.T\n",
    "rows, each with its own gradient": f"{SOFTMAX}loss = 0.0\nfor k in range(2):\n    y = W @ (x + k)\n    probs = np.exp(y) / np.sum(np.exp(y))\n    loss -= np.log(probs[1])\n"
    "    d_L_d_y = probs\n    d_L_d_y[1] -= 1\n    d_W = d_L_d_y @ (x + k).T\n",
    "layers of one class": "import numpy as np\nclass Linear:\n    def __init__(self, n, m):\n        self.params = {'w': np.arange(1.0, 1.0 + n * m).reshape(n, m) / 5, 'b': np.zeros(m)}\n        self.grads = {}\n"
    "    def forward(self, x):\n        self.x = x\n        return x @ self.params['w'] + self.params['b']\n    def backward(self, grad):\n        self.grads['b'] = np.sum(grad, axis=0)\n"
    "        self.grads['w'] = self.x.T @ grad\n        return grad @ self.params['w'].T\nlayers = [Linear(2, 2), Linear(2, 1)]\nX, Y = np.array([[1.0, 2.0], [3.0, -1.0]]), np.array([[1.0], [0.0]])\n"
    "for epoch in range(3):\n    out = X\n    for layer in layers: out = layer.forward(out)\n    loss = np.sum((out - Y) ** 2)\n    grad = 2 * (out - Y)\n    for layer in reversed(layers): grad = layer.backward(grad)\n"
    "    for layer in layers:\n        for name in layer.params: layer.params[name] -= 0.01 * layer.grads[name]\n",
    "ascent, with the error turned": "import numpy as np\nX, y, W = np.array([[1.0, 2.0], [0.5, -1.0], [2.0, 0.3]]), np.array([[1.0], [0.0], [1.0]]), np.array([[0.1], [0.4]])\nz = X @ W\n"
    "out = 1 / (1 + np.exp(-z))\nloss = 0.5 * np.sum((y - out) ** 2)\ndz = (y - out) * out * (1 - out)\ndW = X.T @ dz\nW += 0.1 * dW\n",
    "a log-likelihood that is climbed": "import numpy as np\nX, y, W = np.array([[1.0, 2.0], [0.5, -1.0], [2.0, 0.3]]), np.array([[1.0], [0.0], [1.0]]), np.array([[0.1], [0.4]])\n"
    "out = 1 / (1 + np.exp(-(X @ W)))\ncost = np.sum(y * np.log(out) + (1 - y) * np.log(1 - out))\nW += 0.1 * X.T @ (y - out)\n",
    "the derivative that a backward pass starts from": "price, tax = 200.0, 1.1\ntotal = price * tax\ndtotal = 1\ndprice, dtax = dtotal * tax, dtotal * price\n",
    "a value that is nobody's loss": "import math\nx, y = 3.0, -4.0\nnumerator = x + 1.0 / (1 + math.exp(-y))\ndenominator = 1.0 / (1 + math.exp(-x)) + (x + y) ** 2\ninverse = 1.0 / denominator\n"
    "f = numerator * inverse\nd_numerator = inverse\nd_inverse = numerator\nd_denominator = (-1.0 / (denominator ** 2)) * d_inverse\n",
    "a gradient divided by the number of rows last": "import numpy as np\nx, y = np.array([[1.0, 2.0, 0.3], [0.5, -1.0, 2.0]]), np.array([0, 2])\np = np.exp(x - x.max(axis=1, keepdims=True))\np /= p.sum(axis=1, keepdims=True)\n"
    "N = x.shape[0]\nloss = -np.sum(np.log(p[np.arange(N), y])) / N\ndx = p.copy()\ndx[np.arange(N), y] -= 1\ndx /= N\n",
    "a 1/m that the next derivatives bring in": "import numpy as np\nX, Y, W = np.array([[1.0, 2.0], [0.5, -1.0], [2.0, 0.3]]), np.array([[1.0], [0.0], [1.0]]), np.array([[0.1], [0.4]])\n"
    "m = len(X)\nZ = X @ W\nA = 1 / (1 + np.exp(-Z))\ncost = -np.sum(Y * np.log(A) + (1 - Y) * np.log(1 - A)) / m\ndZ = A - Y\ndW = X.T @ dZ / m\n",
    "an output that is handed over under the same name": "import numpy as np\nW, x, t = np.array([[1.0, 2.0], [0.5, -1.0]]), np.array([[1.0, 0.5], [2.0, 0.3]]), np.array([[1.0, 0.0], [0.0, 1.0]])\n"
    "def softmax(z):\n    return np.exp(z) / np.sum(np.exp(z), axis=1, keepdims=True)\ndef predict(x):\n    a = x @ W\n    y = softmax(a)\n    return y\ndef loss_of(x):\n    y = predict(x)\n    return -np.sum(t * np.log(y))\n"
    "loss = loss_of(x)\ny = predict(x)\ndy = y - t\ndW = x.T @ dy\n",
    "a derivative before its scaling": "import numpy as np\nQ, K, t = np.array([[1.0, 2.0], [0.5, -1.0]]), np.array([[0.3, 1.0], [2.0, -0.4]]), np.array([[1.0, 0.0], [0.5, 0.5]])\n"
    "scores = Q @ K.T / 3.0\nloss = np.sum((scores - t) ** 2) / 2\ndscores = (scores - t) / 3.0\ndQ = dscores @ K\ndK = dscores.T @ Q\n",
}  # fmt: skip
WRONG = {
    "a sign that is turned once": "import numpy as np\nX, y, W = np.array([[1.0, 2.0], [0.5, -1.0], [2.0, 0.3]]), np.array([[1.0], [0.0], [1.0]]), np.array([[0.1], [0.4]])\nz = X @ W\n"
    "out = 1 / (1 + np.exp(-z))\nloss = 0.5 * np.sum((y - out) ** 2)\ndz = (y - out) * out * (1 - out)\ndW = X.T @ dz\nW -= 0.1 * dW\n",
    "a squared error that is climbed": "w, x, y = 2.0, 3.0, 5.0\nloss = (w * x - y) ** 2\ndw = 2 * (w * x - y) * x\nw = w + 0.1 * dw\n",
}  # fmt: skip


@pytest.mark.parametrize("program", [pytest.param(text, id=name) for name, text in WRONG.items()])
def test_nothing_is_excused_by_it(program: str, tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text(program, encoding="utf-8")
    check = chainrule.check(path)
    assert any(j.verdict != "right" for j in (*check.claims, *check.updates)), str(check)


@pytest.mark.parametrize("program", [pytest.param(text, id=name) for name, text in RIGHT.items()])
def test_a_right_program_is_not_accused(program: str, tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text(program, encoding="utf-8")
    check = chainrule.check(path)
    assert check.claims
    assert {j.verdict for j in (*check.claims, *check.updates)} == {"right"}, str(check)
