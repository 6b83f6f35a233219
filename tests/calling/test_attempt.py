"""A program that only defines is called on small generated data; what is found there is as true as anywhere."""

from __future__ import annotations

from pathlib import Path

import pytest

import chainrule
from chainrule.calling.subjects import subjects
from chainrule.errors import AskError
from chainrule.reading.sources import load

LAYERS = """import numpy as np
class Layer:
    def forward(self, x):
        raise NotImplementedError
    def backward(self, dout):
        raise NotImplementedError
class Dense(Layer):
    def __init__(self, n_in, n_out):
        self.W = np.random.randn(n_in, n_out) * 0.1
        self.b = np.zeros(n_out)
    def forward(self, x):
        self.x = x
        return x @ self.W + self.b
    def backward(self, dout):
        self.dW = self.x.T @ dout
        self.db = dout.sum(axis=0)
        return dout @ self.W.T
class ReLU(Layer):
    def forward(self, x):
        self.x = x
        return np.maximum(0, x)
    def backward(self, dout):
        dx = dout.copy()
        dx[self.x <= 0] = 0
        return dx
"""
NETWORK = """import numpy as np
def sigmoid(z):
    return 1 / (1 + np.exp(-z))
class NeuralNetwork:
    def __init__(self, input_size, hidden_size, output_size, lr=0.1):
        self.W1 = np.random.randn(input_size, hidden_size)
        self.W2 = np.random.randn(hidden_size, output_size)
        self.lr = lr
    def forward(self, X):
        self.a1 = sigmoid(X @ self.W1)
        self.a2 = sigmoid(self.a1 @ self.W2)
        return self.a2
    def backward(self, X, y, output):
        d2 = (y - output) * output * (1 - output)
        d1 = d2 @ self.W2.T * self.a1 * (1 - self.a1)
        self.W2 += self.lr * self.a1.T @ d2
        self.W1 += self.lr * X.T @ d1
"""
FUNCTIONS = """import numpy as np
def affine_forward(x, w, b):
    out = x.reshape(x.shape[0], -1) @ w + b
    cache = (x, w, b)
    return out, cache
def affine_backward(dout, cache):
    x, w, b = cache
    dx = (dout @ w.T).reshape(x.shape)
    dw = x.reshape(x.shape[0], -1).T @ dout
    db = dout.sum(axis=0)
    return dx, dw, db
def softmax_loss(x, y):
    p = np.exp(x - x.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    N = x.shape[0]
    loss = -np.sum(np.log(p[np.arange(N), y])) / N
    dx = p.copy()
    dx[np.arange(N), y] -= 1
    dx /= N
    return loss, dx
"""
BY_COLUMN = """import numpy as np
def sigmoid(z):
    return 1 / (1 + np.exp(-z))
def initialize_parameters(n_x, n_h, n_y):
    parameters = {"W1": np.random.randn(n_h, n_x), "b1": np.zeros((n_h, 1)), "W2": np.random.randn(n_y, n_h), "b2": np.zeros((n_y, 1))}
    return parameters
def forward_propagation(X, parameters):
    Z1 = parameters["W1"] @ X + parameters["b1"]
    A1 = np.tanh(Z1)
    Z2 = parameters["W2"] @ A1 + parameters["b2"]
    A2 = sigmoid(Z2)
    cache = {"Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2}
    return A2, cache
def compute_cost(A2, Y):
    m = Y.shape[1]
    cost = -np.sum(Y * np.log(A2) + (1 - Y) * np.log(1 - A2)) / m
    return cost
def backward_propagation(parameters, cache, X, Y):
    m = X.shape[1]
    W2 = parameters["W2"]
    A1, A2 = cache["A1"], cache["A2"]
    dZ2 = A2 - Y
    dW2 = dZ2 @ A1.T / m
    db2 = np.sum(dZ2, axis=1, keepdims=True) / m
    dZ1 = W2.T @ dZ2 * (1 - A1**2)
    dW1 = dZ1 @ X.T / m
    db1 = np.sum(dZ1, axis=1, keepdims=True) / m
    grads = {"dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2}
    return grads
"""
LEAKY = """import numpy as np
class Leaky:
    def forward(self, Z, training=True):
        self.Z = Z
        return np.where(Z > 0, Z, 0.01 * Z)
    def backward(self, grad):
        return np.where(self.Z > 0, 1, 0.01) * grad
layer = Leaky()
print(layer.backward(np.ones(3)) if hasattr(layer, "Z") else layer.forward(np.array([1.0, -2.0])))
"""
LOSS = """import numpy as np
class CrossEntropy:
    def forward(self, logits, y):
        e = np.exp(logits - logits.max(axis=-1, keepdims=True))
        self.p, self.y = e / e.sum(axis=-1, keepdims=True), y
        return -np.sum(y * np.log(self.p + 1e-15)) / len(y)
    def backward(self):
        return (self.p - self.y) / len(self.y)
"""
SCALES = """import numpy as np
def scale_forward(x, gamma, beta, scale_param):
    return (x * gamma + beta) * (2 if scale_param["mode"] == "train" else 1), (x, gamma)
def scale_backward(dout, cache):
    x, gamma = cache
    dx = 2 * dout * gamma
    dgamma = 2 * np.sum(dout * x, axis=0)
    dbeta = 2 * np.sum(dout, axis=0)
    return dx, dgamma, dbeta
"""
FITTED = """import numpy as np
class LinearRegression:
    def __init__(self, learning_rate=0.01, max_iterations=20):
        self.learning_rate, self.max_iterations = learning_rate, max_iterations
        self.weights = None
    def predict(self, X):
        if self.weights is None:
            raise ValueError("not fitted")
        return X @ self.weights
    def _compute_gradients(self, X, y, y_pred):
        dw = 2 * X.T @ (y_pred - y) / len(y)
        return dw
    def fit(self, X, y):
        self.weights = np.zeros(X.shape[1])
        for i in range(self.max_iterations):
            y_pred = self.predict(X)
            loss = np.mean((y_pred - y) ** 2)
            dw = self._compute_gradients(X, y, y_pred)
            self.weights = self.weights - self.learning_rate * dw
"""
SIZES_WRITTEN_DOWN = """import numpy as np
data = np.loadtxt("digits.csv")
def init_params():
    return np.random.rand(7, 12) - 0.5, np.random.rand(7, 1) - 0.5
def softmax(Z):
    return np.exp(Z) / np.sum(np.exp(Z), axis=0)
def forward_prop(W1, b1, X):
    Z1 = W1.dot(X) + b1
    A1 = softmax(Z1)
    return Z1, A1
def one_hot(Y):
    one_hot_Y = np.zeros((Y.size, Y.max() + 1))
    one_hot_Y[np.arange(Y.size), Y] = 1
    return one_hot_Y.T
def cross_entropy(A1, Y):
    loss = -np.sum(one_hot(Y) * np.log(A1)) / Y.size
    return loss
def backward_prop(Z1, A1, W1, X, Y):
    m = Y.size
    dZ1 = A1 - one_hot(Y)
    dW1 = 1 / m * dZ1.dot(X.T)
    db1 = 1 / m * np.sum(dZ1, axis=1, keepdims=True)
    return dW1, db1
def gradient_descent(X, Y, alpha, iterations):
    W1, b1 = init_params()
    for i in range(iterations):
        Z1, A1 = forward_prop(W1, b1, X)
        loss = cross_entropy(A1, Y)
        dW1, db1 = backward_prop(Z1, A1, W1, X, Y)
        W1 = W1 - alpha * dW1
        b1 = b1 - alpha * db1
    return W1, b1
gradient_descent(data[1:], data[0], 0.1, 500)
"""
KEPT = """import numpy as np
class Tanh:
    def forward(self, inputs):
        self.output = np.tanh(inputs)
        self.inputs = inputs
    def backward(self, dvalues):
        self.dinputs = (1 - self.output ** 2) * dvalues
class SoftmaxLoss:
    def forward(self, inputs, y_true):
        self.output = np.exp(inputs) / np.sum(np.exp(inputs), axis=1, keepdims=True)
        return -np.mean(np.log(np.sum(self.output * y_true, axis=1)))
    def backward(self, y_pred, y_true):
        self.gradInput = (y_pred - y_true) / len(y_true)
"""
GIVEN_BACK = """import numpy as np
class ReLU:
    def __call__(self, *inputs):
        return self.forward(*inputs)
    def forward(self, X):
        self.input = X
        output = np.where(X < 0, 0, X)
        return output
    def backward(self, grads):
        output = np.where(self.input < 0, 0, grads)
        return output
"""
STACKED = """import numpy as np
class Linear:
    def __init__(self, name, n, m):
        self.name = name
        self.W = np.random.randn(n, m)
    def forward(self, x):
        self.x = x
        return x @ self.W
    def backward(self, grad):
        self.dW = self.x.T @ grad
        return grad @ self.W.T
class Sequential:
    def __init__(self, *parts):
        self.parts = list(parts)
    def forward(self, x):
        for part in self.parts:
            x = part.forward(x)
        return x
    def backward(self, grad):
        for part in reversed(self.parts):
            grad = part.backward(grad)
        return grad
"""
TWO_WAYS_BACK = """import numpy as np
class Linear:
    def __init__(self, n_in, n_out):
        self._parameters = np.random.randn(n_in, n_out)
        self._gradient = np.zeros((n_in, n_out))
    def forward(self, x):
        return x @ self._parameters
    def backward_update_gradient(self, input, delta):
        self._gradient += input.T @ delta
    def backward_delta(self, input, delta):
        return delta @ self._parameters.T
    def update_parameters(self, step=1e-3):
        self._parameters -= step * self._gradient
"""
SCALED_AFTER = """import numpy as np
def forward(x, w, gamma, beta):
    h = x @ w
    return gamma * h + beta, (x, w, h, gamma)
def backward(dout, cache):
    x, w, h, gamma = cache
    dgamma = np.sum(dout * h, axis=0)
    dbeta = np.sum(dout, axis=0)
    dh = dout * gamma
    dw = x.T @ dh
    dx = dh @ w.T
    return dx, dw, dgamma, dbeta
"""
SEEDED = """import numpy as np
def dropout_forward(x, dropout_param):
    p, mode = dropout_param["p"], dropout_param["mode"]
    if "seed" in dropout_param:
        np.random.seed(dropout_param["seed"])
    mask = (np.random.rand(*x.shape) < p) / p if mode == "train" else 1.0
    return x * mask, (dropout_param, mask)
def dropout_backward(dout, cache):
    dropout_param, mask = cache
    dx = dout * mask if dropout_param["mode"] == "train" else dout
    return dx
"""
POOLED = """import numpy as np
class MaxPool1D:
    def __init__(self, k_size=3, stride=1):
        self.k_size, self.stride = k_size, stride
    def forward(self, X):
        self.X = X
        count = (X.shape[1] - self.k_size) // self.stride + 1
        return np.stack([X[:, i * self.stride:i * self.stride + self.k_size].max(axis=1) for i in range(count)], axis=1)
    def backward(self, delta):
        out = np.zeros(self.X.shape)
        for n in range(delta.shape[0]):
            for i in range(delta.shape[1]):
                for c in range(delta.shape[2]):
                    at = i * self.stride + np.argmax(self.X[n, i * self.stride:i * self.stride + self.k_size, c])
                    out[n, at, c] += delta[n, i, c]
        return out
"""
A_SLOPE_BESIDE_ITS_FUNCTION = """import numpy as np
def tanh(z):
    return np.tanh(z)
def tanh_prime(z):
    return 1 - np.tanh(z) ** 2
def sigmoid(values):
    return 1 / (1 + np.exp(-values))
def sigmoid_derivative(values):
    return values * (1 - values)
def mse(y_true, y_pred):
    return np.mean((y_true - y_pred) ** 2)
def mse_derivative(y_true, y_pred):
    return 2 * (y_pred - y_true) / np.size(y_true)
"""
UNNAMED = """import numpy as np
def affine_forward(x, w, b):
    return x @ w + b, (x, w, b)
def affine_backward(dout, cache):
    x, w, b = cache
    return dout @ w.T, x.T @ dout, dout.sum(axis=0)
"""
LOSS_OF_ROWS = """import numpy as np
class Loss:
    def calculate(self, output, y):
        return np.mean(self.forward(output, y))
class CrossEntropy(Loss):
    def forward(self, y_pred, y_true):
        if len(y_true.shape) == 1:
            return -np.log(y_pred[range(len(y_pred)), y_true])
        return -np.log(np.sum(y_pred * y_true, axis=1))
    def backward(self, dvalues, y_true):
        if y_true.ndim == 1:
            y_true = np.eye(len(dvalues[0]))[y_true]
        self.dinputs = -y_true / dvalues / len(dvalues)
"""
WEIGHTS_SET_LATER = """import numpy as np
class Full:
    def __init__(self, units):
        self.units = units
        self.W = None
    def set_weights(self, weights):
        self.W = weights
    def set_input_shape(self, input_shape):
        self.W = np.random.randn(input_shape[0], self.units)
    def forward(self, x):
        self.x = x
        return np.dot(x, self.W)
    def backward(self, grad, lr=0.01):
        grad_out = np.dot(grad, self.W.T)
        dw = np.dot(self.x.T, grad)
        self.W -= lr * dw
        return grad_out
"""
LOSS_AND_GRADIENTS = """import numpy as np
class TwoLayers:
    def __init__(self, input_dim=4, hidden_dim=5, num_classes=3):
        self.W1 = np.random.randn(input_dim, hidden_dim)
        self.W2 = np.random.randn(hidden_dim, num_classes)
    def loss(self, X, y=None):
        h = np.maximum(0, X @ self.W1)
        scores = h @ self.W2
        if y is None:
            return scores
        p = np.exp(scores)
        p /= p.sum(axis=1, keepdims=True)
        n = X.shape[0]
        loss = -np.sum(np.log(p[np.arange(n), y])) / n
        dscores = p.copy()
        dscores[np.arange(n), y] -= 1
        dscores /= n
        dW2 = h.T @ dscores
        dh = dscores @ self.W2.T * (h > 0)
        dW1 = X.T @ dh
        return loss, {"W1": dW1, "W2": dW2}
"""
SIZES_THAT_STAND_THERE = """import numpy as np
class Xor:
    def __init__(self, seed=45):
        np.random.seed(seed)
        self.W1 = np.random.randn(2, 2)
        self.W2 = np.random.randn(2, 1)
    def forward(self, X):
        self.X = X
        self.h = np.tanh(X @ self.W1)
        self.out = self.h @ self.W2
        return self.out
    def backward(self, y):
        d_out = 2 / len(y) * (self.out - y)
        dW2 = self.h.T @ d_out
        dW1 = self.X.T @ (d_out @ self.W2.T * (1 - self.h ** 2))
        self.W2 -= 0.1 * dW2
        self.W1 -= 0.1 * dW1
"""
CASES: dict[str, tuple[str, set[str], tuple[tuple[str, str], ...]]] = {
    "layers": (LAYERS, {"self.dW", "self.db", "dx"}, (("self.x.T @ dout", "2 * self.x.T @ dout"), ("dx[self.x <= 0]", "dx[dx <= 0]"))),
    "an activation of Z": (LEAKY, {"dZ"}, (("1, 0.01) * grad", "1, 0.1) * grad"), ("(self.Z > 0, 1", "(self.Z < 0, 1"))),
    "a loss": (LOSS, {"dlogits"}, (("(self.p - self.y)", "(self.y - self.p)"), (") / len(self.y)", ")"))),
    "scales and settings": (SCALES, {"dx", "dgamma", "dbeta"}, (("2 * np.sum(dout * x", "np.sum(dout * x"), ("dx = 2 *", "dx ="))),
    "what fits": (FITTED, {"dw"}, (("2 * X.T", "X.T"), ("(y_pred - y) / len(y)", "(y - y_pred) / len(y)"))),
    "sizes written down, and data that are missing": (SIZES_WRITTEN_DOWN, {"dZ1", "dW1", "db1"}, (("1 / m * dZ1", "dZ1"), ("axis=1, keepdims", "axis=0, keepdims"))),
    "results kept in attributes": (KEPT, {"self.dinputs", "self.gradInput"}, (("(1 - self.output ** 2)", "(1 - self.output)"), ("(y_pred - y_true) / len(y_true)", "(y_pred - y_true)"))),
    "a derivative given back by another name": (GIVEN_BACK, {"dX"}, (("0, grads)", "1, grads)"), ("self.input < 0, 0", "self.input > 0, 0"))),
    "any number of layers": (STACKED, {"self.dW", "dx"}, (("reversed(self.parts)", "self.parts"), ("self.x.T @ grad", "2 * self.x.T @ grad"))),
    "two ways back": (TWO_WAYS_BACK, {"dx", "self._gradient"}, (("+= input.T", "+= 7 * input.T"), ("return delta @", "return -delta @"))),
    "a scale after the weights": (SCALED_AFTER, {"dh", "dx", "dw", "dgamma", "dbeta"}, (("dout * gamma", "dout"), ("dout * h", "dout * h * h"))),
    "settings that may hold a seed": (SEEDED, {"dx"}, (("dx = dout * mask", "dx = dout"), ("dx = dout * mask", "dx = dout * mask * mask"))),
    "windows that overlap": (POOLED, {"dX"}, (("+= delta", "= delta"), ("at = i * self.stride +", "at ="))),
    "a network": (NETWORK, {"self.W1", "self.W2"}, (("self.W1 += ", "self.W1 -= "), (" * self.a1 * (1 - self.a1)", ""))),
    "pairs of functions": (FUNCTIONS, {"dx", "dw", "db"}, (("dw = x", "dw = -x"), ("dx[np.arange(N), y] -= 1", "dx[np.arange(N), y] -= 2"))),
    "a slope beside its function": (A_SLOPE_BESIDE_ITS_FUNCTION, {"dz", "dvalues", "d_y_pred"}, (("np.tanh(z) ** 2", "np.tanh(z)"), ("values * (1 - values)", "values * (1 + values)"), ("2 * (y_pred - y_true)", "2 * (y_true - y_pred)"))),
    "gradients without names, in the order of what goes in": (UNNAMED, {"dx", "dw", "db"}, (("dout @ w.T, x", "-dout @ w.T, x"), ("x.T @ dout", "x.T @ dout ** 2"))),
    "a loss for each row": (LOSS_OF_ROWS, {"d_y_pred"}, (("-y_true / dvalues", "y_true / dvalues"), ("-y_true / dvalues", "-y_true * dvalues"))),
    "weights that are set by a method": (WEIGHTS_SET_LATER, {"dw", "dx"}, (("self.x.T, grad", "self.x.T, grad ** 2"), ("grad_out = np", "grad_out = -np"))),
    "a loss and its gradients by one method": (LOSS_AND_GRADIENTS, {"dscores", "dW2", "dh", "dW1"}, ((" * (h > 0)", ""), ("y] -= 1", "y] += 1"))),
    "sizes that stand in the class": (SIZES_THAT_STAND_THERE, {"d_out", "dW2", "dW1"}, (("self.h ** 2)", "self.h)"), ("@ self.W2.T *", "@ self.W2.T +"))),
    "functions, by column": (BY_COLUMN, {"dZ2", "dW2", "db2", "dZ1", "dW1", "db1"}, (("(1 - A1**2)", "(1 - A1)"), ("axis=1, keepdims=True) / m\n    grads", "axis=0, keepdims=True) / m\n    grads"))),
}  # fmt: skip


def check(text: str, folder: Path) -> chainrule.api.CheckedProgram:
    path = folder / "program.py"
    path.write_text(text, encoding="utf-8")
    return chainrule.check(path, try_=True)


@pytest.mark.parametrize("name", CASES)
def test_what_is_defined_is_called_and_judged(name: str, tmp_path: Path) -> None:
    text, names, _ = CASES[name]
    found = check(text, tmp_path)
    assert {j.verdict for j in (*found.claims, *found.updates)} == {"right"}, str(found)
    assert {j.name.text for j in found.claims} == names


@pytest.mark.parametrize(("name", "mistake"), [(name, at) for name in CASES for at in (0, 1)])
def test_a_mistake_is_found(name: str, mistake: int, tmp_path: Path) -> None:
    text, _, mistakes = CASES[name]
    right, wrong = mistakes[mistake]
    assert right in text
    found = check(text.replace(right, wrong), tmp_path)
    assert any(j.verdict != "right" for j in found.claims), str(found)


def test_what_was_called_is_said_and_can_be_repeated(tmp_path: Path) -> None:
    found = check(NETWORK, tmp_path)
    words = "NeuralNetwork.backward was called on small generated data (5 rows of 4 numbers): "
    assert found.notices[0].startswith(words)
    again = chainrule.check(tmp_path / "program.py", call=found.notices[0].removeprefix(words))
    assert [(j.name.text, j.verdict) for j in again.claims] == [(j.name.text, j.verdict) for j in found.claims]


def test_what_nothing_can_be_given_for_is_said(tmp_path: Path) -> None:
    with pytest.raises(AskError) as error:
        check("class Thing:\n    def backward(self, whatsit):\n        self.dW = whatsit.foo()\n", tmp_path)
    assert str(error.value) == (
        f'{tmp_path / "program.py"}: it only defines Thing, and nothing calls them. Say what to run with --call "CODE", such as '
        '--call "Thing(…)". --try: Thing.backward was not judged: no class of the program has what '
        "`whatsit` of Thing.backward must have: `foo`."
    )


def test_what_the_program_calls_itself_is_not_called_again(tmp_path: Path) -> None:
    found = check(f"{LAYERS}layer = ReLU()\nx = np.array([[1.0, -2.0]])\nloss = np.sum(layer.forward(x) * 3)\nlayer.backward(np.full((1, 2), 3.0))\n", tmp_path)  # fmt: skip
    assert not any("ReLU.backward was called" in notice for notice in found.notices)


def test_optimizers_numerical_gradients_and_abstract_methods_are_no_subjects(tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text(
        "class SGD:\n    def step(self, p):\n        p -= 1\ndef numerical_gradient(f, x):\n    grad = 0\n    return grad\n"
        "class Base:\n    def backward(self, dout):\n        raise NotImplementedError\n",
        encoding="utf-8",
    )
    assert subjects(load(path)) == []


def test_a_target_that_numpy_would_stretch_is_not_given(tmp_path: Path) -> None:
    text = "class Line:\n    def fit(self, X, y):\n        self.w = np.zeros(X.shape[1])\n        for i in range(3):\n            p = X @ self.w\n            loss = np.mean((p - y) ** 2)\n            dw = 2 * X.T @ (p - y) / len(y)\n            self.w = self.w - 0.1 * dw\n"
    found = check(f"import numpy as np\n{text}", tmp_path)
    assert [(j.name.text, j.verdict) for j in found.claims] == [("dw", "right")]
    assert "y = np.array([0, 1, 1, 0, 1])" in found.notices[0]


ANNOTATED = STACKED.replace(
    "def __init__(self, *parts):\n        self.parts = list(parts)",
    "def __init__(self):\n        self.parts = []\n    def add(self, part: Linear):\n        self.parts.append(part)",
)
A_WRONG_LAYER = """import numpy as np
class Doubled:
    def forward(self, x):
        return 2 * x
    def backward(self, grad):
        return grad
"""


@pytest.mark.parametrize("beside", ["", "open('ran', 'w').write('it ran')\n"])
def test_a_file_beside_that_nobody_imports_is_neither_run_nor_used_against_what_is_written(beside: str, tmp_path: Path) -> None:
    (tmp_path / "homework.py").write_text(A_WRONG_LAYER + beside, encoding="utf-8")
    found = check(ANNOTATED, tmp_path)
    assert {j.verdict for j in found.claims} == {"right"}, str(found)
    assert not any("homework" in notice for notice in found.notices)
    assert not (tmp_path / "ran").exists()
