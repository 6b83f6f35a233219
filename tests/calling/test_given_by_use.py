"""What is given to a definition by what it does with it: every right derivative is called right, a planted mistake is found."""

from __future__ import annotations

from pathlib import Path

import pytest

import chainrule

PROGRAMS = {
    "a network of layers and a loss, all objects": (
        """
class Dense:
    def __init__(self, n_in, n_out):
        self.W = np.random.randn(n_in, n_out)
    def forward(self, x):
        self.x = x
        return x @ self.W
    def backward(self, dout):
        self.dW = self.x.T @ dout
        dx = dout @ self.W.T
        return dx
class Tanh:
    def forward(self, x):
        self.y = np.tanh(x)
        return self.y
    def backward(self, dout):
        dx = dout * (1 - self.y ** 2)
        return dx
class SquaredError:
    def value(self, p, y):
        return 0.5 * np.sum((p - y) ** 2)
    def slope(self, p, y):
        return p - y
class Network:
    def __init__(self, loss, lr=0.1):
        self.loss, self.lr, self.layers = loss, lr, []
    def add(self, layer):
        self.layers.append(layer)
    def train(self, X, y):
        out = X
        for layer in self.layers:
            out = layer.forward(out)
        loss = self.loss.value(out, y)
        grad = self.loss.slope(out, y)
        for layer in reversed(self.layers):
            grad = layer.backward(grad)
        for layer in self.layers:
            if hasattr(layer, "W"):
                layer.W -= self.lr * layer.dW
        return loss
""",
        "return p - y",
        "return 3 * (p - y)",
    ),
    "sizes in a pair": (
        """
class Linear:
    def __init__(self, size):
        self.w = np.random.randn(size[1], size[0])
    def forward(self, a):
        self.a = a
        return a @ self.w.T
    def backward(self, delta):
        self.dw = delta.T @ self.a
        da = delta @ self.w
        return da
""",
        "da = delta @ self.w",
        "da = delta @ self.w * 2",
    ),
    "weights made by a method, an activation that gives its own derivative": (
        """
class Layer:
    def __init__(self, n_in, n_out, activation):
        self.n_in, self.n_out, self.f = n_in, n_out, activation
    def make_weights(self):
        self.W = np.random.randn(self.n_in, self.n_out)
    def forward(self, x):
        self.x = x
        self.z = x @ self.W
        return self.f(self.z)
    def backward(self, upstream):
        dz = upstream * self.f(self.z, True)
        self.dW = self.x.T @ dz
        dx = dz @ self.W.T
        return dx
""",
        "self.f(self.z, True)",
        "self.f(self.z)",
    ),
    "layers added by their sizes": (
        """
class Network:
    def __init__(self):
        self.weights = []
    def add_layer(self, n_in, n_out):
        self.weights.append(np.random.randn(n_in, n_out))
    def forward(self, x):
        self.h = np.tanh(x @ self.weights[0])
        return self.h @ self.weights[1]
    def backward(self, x, dout):
        dW2 = self.h.T @ dout
        dh = dout @ self.weights[1].T * (1 - self.h ** 2)
        dx = dh @ self.weights[0].T
        return dx
""",
        "(1 - self.h ** 2)",
        "(1 - self.h)",
    ),
    "parameters in a table": (
        """
def forward_propagation(X, parameters):
    W1, b1, W2, b2 = parameters["W1"], parameters["b1"], parameters["W2"], parameters["b2"]
    A1 = np.tanh(W1 @ X + b1)
    A2 = 1 / (1 + np.exp(-(W2 @ A1 + b2)))
    return A2, (A1, A2, W2)
def compute_cost(A2, Y):
    return -np.mean(Y * np.log(A2) + (1 - Y) * np.log(1 - A2))
def backward_propagation(X, Y, cache):
    A1, A2, W2 = cache
    m = X.shape[1]
    dZ2 = (A2 - Y) / m
    dW2 = dZ2 @ A1.T
    db2 = np.sum(dZ2, axis=1, keepdims=True)
    dZ1 = W2.T @ dZ2 * (1 - A1 ** 2)
    dW1 = dZ1 @ X.T
    db1 = np.sum(dZ1, axis=1, keepdims=True)
    return dW1, db1, dW2, db2
""",
        "(1 - A1 ** 2)",
        "(1 - A1)",
    ),
    "a table that the gradients are put into": (
        """
class Dense:
    def __init__(self, n_in, n_out, name="dense"):
        self.name, self.parameters = name, {}
        self.keep("W", np.random.randn(n_in, n_out))
        self.keep("b", np.zeros(n_out))
    def keep(self, key, value):
        self.parameters[f"{self.name}/{key}"] = value
    def forward(self, x):
        return x @ self.parameters[f"{self.name}/W"] + self.parameters[f"{self.name}/b"]
    def backward(self, x, gradient, gradients):
        dL_dW = x.T @ gradient
        dL_db = gradient.sum(axis=0)
        gradients[f"{self.name}/W"] = dL_dW
        gradients[f"{self.name}/b"] = dL_db
        dx = gradient @ self.parameters[f"{self.name}/W"].T
        return dx
""",
        "gradient.sum(axis=0)",
        "gradient.mean(axis=0)",
    ),
    "a layer of an LSTM, with its state": (
        """
def sigmoid(z):
    return 1 / (1 + np.exp(-z))
class LSTM:
    def __init__(self, Wx, Wh, b):
        self.params = [Wx, Wh, b]
    def forward(self, x, h_prev, c_prev):
        Wx, Wh, b = self.params
        H = h_prev.shape[1]
        A = x @ Wx + h_prev @ Wh + b
        f, g, i, o = sigmoid(A[:, :H]), np.tanh(A[:, H:2*H]), sigmoid(A[:, 2*H:3*H]), sigmoid(A[:, 3*H:])
        c_next = f * c_prev + g * i
        h_next = o * np.tanh(c_next)
        self.cache = (x, h_prev, c_prev, i, f, g, o, c_next)
        return h_next, c_next
    def backward(self, dh_next, dc_next):
        Wx, Wh, b = self.params
        x, h_prev, c_prev, i, f, g, o, c_next = self.cache
        tanh_c = np.tanh(c_next)
        ds = dc_next + dh_next * o * (1 - tanh_c ** 2)
        dc_prev = ds * f
        dA = np.hstack((ds * c_prev * f * (1 - f), ds * i * (1 - g ** 2), ds * g * i * (1 - i), dh_next * tanh_c * o * (1 - o)))
        dWx, dWh, db = x.T @ dA, h_prev.T @ dA, dA.sum(axis=0)
        dx = dA @ Wx.T
        dh_prev = dA @ Wh.T
        return dx, dh_prev, dc_prev
""",
        "ds = dc_next + dh_next",
        "ds = dh_next",
    ),
    "a gradient for a state that is kept, and not given back": (
        """
class Cell:
    def __init__(self, n_in, n_out):
        self.W = np.random.randn(n_in, n_out)
    def forward(self, x):
        self.x = x
        self.c = np.tanh(x @ self.W)
        h = self.c ** 2
        return h
    def backward(self, dh_next, dc_next):
        dc = dc_next + dh_next * 2 * self.c
        dz = dc * (1 - self.c ** 2)
        dW = self.x.T @ dz
        dx = dz @ self.W.T
        return dx
""",
        "dz = dc * (1 - self.c ** 2)",
        "dz = dc * (1 - self.c)",
    ),
    "weights that are a vector, and what predict gives": (
        """
def predict(X, w, b):
    return 1 / (1 + np.exp(-(np.dot(X, w) + b)))
def log_loss(y, y_hat):
    return -np.mean(y * np.log(y_hat) + (1 - y) * np.log(1 - y_hat))
def gradients(X, y, y_hat):
    m = X.shape[0]
    dw = np.dot(X.T, y_hat - y) / m
    db = np.sum(y_hat - y) / m
    return dw, db
""",
        "db = np.sum(y_hat - y) / m",
        "db = np.sum(y_hat - y) / m ** 2",
    ),
    "targets gone through together with the data": (
        """
class Neuron:
    def __init__(self):
        self.w, self.b, self.lr = 0.3, 0.1, 0.1
    def train(self, data, wanted_by_row):
        for x, t in zip(data, wanted_by_row):
            p = 1 / (1 + np.exp(-(self.w * x[0] + self.b)))
            loss = (t - p) ** 2
            d_L_d_p = -2 * (t - p)
            self.w -= self.lr * d_L_d_p * p * (1 - p) * x[0]
            self.b -= self.lr * d_L_d_p * p * (1 - p)
""",
        "self.b -= self.lr * d_L_d_p * p * (1 - p)",
        "self.b -= self.lr * d_L_d_p * p",
    ),
    "a forward pass that gives a table": (
        """
def initialize(n_x, n_h, n_y):
    return {"W1": np.random.randn(n_x, n_h), "W2": np.random.randn(n_h, n_y)}
def forward_propagation(X, parameters):
    A1 = np.tanh(parameters["W1"].T @ X)
    A2 = 1 / (1 + np.exp(-(parameters["W2"].T @ A1)))
    return {"A1": A1, "A2": A2}
def cross_entropy_cost(A2, Y):
    return -np.sum(Y * np.log(A2) + (1 - Y) * np.log(1 - A2)) / Y.shape[1]
def backward_propagation(parameters, cache, X, Y):
    m = X.shape[1]
    A1, A2 = cache.get("A1"), cache.get("A2")
    dZ2 = A2 - Y
    dW2 = A1 @ dZ2.T / m
    dZ1 = parameters["W2"] @ dZ2 * (1 - A1 ** 2)
    dW1 = X @ dZ1.T / m
    return {"dW1": dW1, "dW2": dW2}
""",
        "(1 - A1 ** 2)",
        "A1 * (1 - A1)",
    ),
}


def check(code: str, tmp_path: Path) -> chainrule.Check:
    path = tmp_path / "program.py"
    path.write_text(f"import numpy as np\n{code}")
    return chainrule.check(path, try_=True)


@pytest.mark.parametrize("name", PROGRAMS)
def test_right_derivatives_are_right(name: str, tmp_path: Path) -> None:
    found = check(PROGRAMS[name][0], tmp_path)
    assert found.claims
    assert {j.verdict for j in found.claims} == {"right"}, [(j.name.text, j.verdict, j.because) for j in found.claims]


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_planted_mistake_is_found(name: str, tmp_path: Path) -> None:
    code, right, planted = PROGRAMS[name]
    assert right in code
    found = check(code.replace(right, planted), tmp_path)
    assert {j.verdict for j in found.claims} & {"wrong", "scale", "point"}, [(j.name.text, j.verdict) for j in found.claims]
