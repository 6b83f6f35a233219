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
    "a value in another form under its own name": "import numpy as np\nx, t, W = np.array([[1.0, 2.0], [0.5, -1.0], [2.0, 0.3]]), np.eye(2)[[0, 1, 1]], np.array([[0.1, 0.4], [0.3, -0.2]])\n"
    "x = x - x.mean(axis=0)\nz = x @ W\nz -= np.max(z, axis=1, keepdims=True)\ny = np.exp(z) / np.sum(np.exp(z), axis=1, keepdims=True)\nloss = -np.sum(t * np.log(y)) / 3\ndW = x.T @ (y - t) / 3\n",
    "a loss that is computed after the step": "import numpy as np\nx, t = np.array([[1.0, 2.0], [0.5, -1.0], [2.0, 0.3]]), np.array([[1.0], [0.0], [1.0]])\nparams = {'W': np.array([[0.1], [0.4]]) * 2, 'b': np.zeros(1)}\n"
    "def loss_of(x, t):\n    return 0.5 * np.sum((x @ params['W'] + params['b'] - t) ** 2)\ndef gradient(x, t):\n    d = x @ params['W'] + params['b'] - t\n    return {'W': x.T @ d, 'b': d.sum(axis=0)}\n"
    "for i in range(3):\n    grads = gradient(x, t)\n    for key in ('W', 'b'):\n        params[key] -= 0.1 * grads[key]\n    loss = loss_of(x, t)\n    print(loss)\n",
    "an input of the layer's own": "import numpy as np\nclass Affine:\n    def __init__(self, W):\n        self.W = W\n    def forward(self, x):\n        x = x.reshape(x.shape[0], -1)\n        self.x = x\n        return x @ self.W\n"
    "    def backward(self, dout):\n        dx = dout @ self.W.T\n        self.dW = self.x.T @ dout\n        return dx\nclass Sigmoid:\n    def forward(self, x):\n        self.out = 1 / (1 + np.exp(-x))\n        return self.out\n"
    "    def backward(self, dout):\n        dx = dout * self.out * (1 - self.out)\n        return dx\nfirst, bend, second = Affine(np.array([[0.1, 0.4], [0.3, -0.2]])), Sigmoid(), Affine(np.array([[0.5, -0.4], [0.2, 0.6]]))\n"
    "x, t = np.array([[1.0, 2.0], [0.5, -1.0]]), np.array([[1.0, 0.3], [0.0, 0.7]])\nout = second.forward(bend.forward(first.forward(x)))\nloss = np.sum((out - t) ** 2)\nfirst.backward(bend.backward(second.backward(2 * (out - t))))\n",
    "a velocity": "import numpy as np\nx, t, W = np.array([[1.0, 2.0], [0.5, -1.0]]), np.array([[1.0], [0.0]]), np.array([[0.1], [0.4]])\nv = np.zeros_like(W)\nfor i in range(3):\n    loss = np.sum((x @ W - t) ** 2)\n"
    "    dW = 2 * x.T @ (x @ W - t)\n    v = 0.9 * v - 0.01 * dW\n    W = W + v\n",
    "running means over a dictionary": "import numpy as np\nx, t = np.array([[1.0, 2.0], [0.5, -1.0]]), np.array([[1.0], [0.0]])\nparams = {'W': np.array([[0.1], [0.4]]), 'b': np.zeros(1)}\nm = {k: np.zeros_like(p) for k, p in params.items()}\n"
    "v = {k: np.zeros_like(p) for k, p in params.items()}\nfor i in range(3):\n    y = x @ params['W'] + params['b']\n    loss = 0.5 * np.sum((y - t) ** 2)\n    grads = {'W': x.T @ (y - t), 'b': np.sum(y - t, axis=0)}\n"
    "    for key in params:\n        m[key] += (1 - 0.9) * (grads[key] - m[key])\n        v[key] += (1 - 0.999) * (grads[key] ** 2 - v[key])\n        params[key] -= 0.01 * m[key] / (np.sqrt(v[key]) + 1e-7)\n",
    "weights drawn within computed bounds": "import numpy as np\nnp.random.seed(0)\ndef glorot(n_in, n_out, gain=1.0):\n    bound = gain * np.sqrt(6 / (n_in + n_out))\n    return np.random.uniform(-bound, bound, size=(n_in, n_out))\n"
    "x, t = np.random.rand(5, 4), np.random.rand(5, 3)\nW = glorot(4, 3)\ny = x @ W\nloss = 0.5 * np.sum((y - t) ** 2)\ndW = x.T @ (y - t)\n",
    "a loss that is given back and not kept": "import numpy as np\nclass Last:\n    def forward(self, y, t):\n        self.loss = 0.5 * np.sum((y - t) ** 2)\n        self.y, self.t = y, t\n        return self.loss\nclass Net:\n    def __init__(self):\n        self.W = np.array([[0.1], [0.4]])\n        self.last = Last()\n"
    "    def loss(self, x, t):\n        return self.last.forward(x @ self.W, t) + 0.5 * 0.1 * np.sum(self.W ** 2)\n    def gradient(self, x, t):\n        self.loss(x, t)\n        grads = {}\n        grads['W'] = x.T @ (self.last.y - self.last.t) + 0.1 * self.W\n        return grads\n"
    "net = Net()\nnet.gradient(np.array([[1.0, 2.0], [0.5, -1.0]]), np.array([[1.0], [0.0]]))\n",
    "a mean's derivative with its sign turned": "import numpy as np\nx, t = np.array([[1.0, 2.0], [0.5, -1.0], [2.0, 0.3]]), np.array([[1.0, 0.0], [0.0, 0.5], [1.0, 1.0]])\nmu = x.mean(axis=0)\nxc = x - mu\nstd = np.sqrt(np.mean(xc ** 2, axis=0) + 1e-5)\nxn = xc / std\n"
    "loss = 0.5 * np.sum((xn - t) ** 2)\ndxn = xn - t\ndxc = dxn / std\ndstd = -np.sum(dxn * xc / (std * std), axis=0)\ndxc += xc * (dstd / std) / 3\ndmu = np.sum(dxc, axis=0)\ndx = dxc - dmu / 3\n",
    "a parameter taken from a dictionary at each time step": "import numpy as np\nnp.random.seed(1)\nP = {'W': np.random.randn(3, 2), 'V': np.random.randn(3, 3)}\nxs, da, a = np.random.randn(2, 3), np.random.randn(3, 3), np.zeros(3)\n"
    "steps, loss = [], 0.0\nfor t in range(3):\n    W, V = P['W'], P['V']\n    before = a\n    a = np.tanh(W @ xs[:, t] + V @ before)\n    steps.append((a, before))\n    loss = loss + np.sum(a * da[:, t])\n"
    "dW, dV, back = np.zeros((3, 2)), np.zeros((3, 3)), np.zeros(3)\nfor t in reversed(range(3)):\n    a, before = steps[t]\n    dz = (1 - a ** 2) * (da[:, t] + back)\n    dW += np.outer(dz, xs[:, t])\n    dV += np.outer(dz, before)\n    back = P['V'].T @ dz\n",
    "a derivative that is another value": "x, y, z = -2.0, 5.0, -4.0\nq = x + y\nf = q * z\ndfdz = q\ndfdq = z\ndfdx = 1.0 * dfdq\ndfdy = 1.0 * dfdq\n",
    "a loss computed before and after the step": "import numpy as np\nx, t = np.array([[1.0, 2.0], [0.5, -1.0], [2.0, 0.3]]), np.array([[1.0], [0.0], [1.0]])\nclass Net:\n    def __init__(self):\n        self.W = np.array([[0.1], [0.4]])\n"
    "    def loss(self):\n        self.y = x @ self.W\n        self.value = 0.5 * np.sum((self.y - t) ** 2)\n        return self.value\n    def gradient(self):\n        self.loss()\n        self.dy = self.y - t\n        self.dx = self.dy @ self.W.T\n        self.dW = x.T @ self.dy\n        return self.dW\n"
    "net = Net()\nfor i in range(3):\n    net.W -= 0.1 * net.gradient()\n    loss = net.loss()\n    print(loss)\n",
    "padding": "import numpy as np\nimg, w, t = np.arange(4.0).reshape(2, 2) / 3, np.array([[1.0, 0.5], [-0.3, 0.2]]), np.ones((3, 3)) * 0.4\np = np.pad(img, 1, mode='constant')\nout = np.array([[np.sum(p[i:i + 2, j:j + 2] * w) for j in range(3)] for i in range(3)])\n"
    "loss = 0.5 * np.sum((out - t) ** 2)\ndout = out - t\ndw = np.zeros_like(w)\nfor i in range(3):\n    for j in range(3):\n        dw += dout[i, j] * p[i:i + 2, j:j + 2]\n",
    "an epsilon in a program with branches": "import numpy as np\nx, V = np.array([[1.0, 3.0], [2.0, 0.5]]), np.array([0.3, -0.2])\nhigh = 0.0\nfor row in x:\n    for value in row:\n        if value > high:\n            high = value\nz = high * V\n"
    "p = np.exp(z) / np.sum(np.exp(z))\nloss = -np.log(p[0] + 1e-7)\ndz = p.copy()\ndz[0] -= 1\ndV = high * dz\n",
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
