"""Scalar networks of any size, as programs and as SymPy expressions."""

from __future__ import annotations

import random
from typing import Any


def program(parameters: int, *, seed: int = 1) -> str:
    """A chain of sigmoid nodes of two weights and a bias each, in scalar Python, with a squared error at its end."""
    generator = random.Random(seed)
    nodes = max(parameters // 3, 1)
    lines = ["import math", "def sigmoid(z):", "    return 1 / (1 + math.exp(-z))", "x = 0.7", "y = 0.2"]
    for i in range(nodes):
        lines += [f"w{i} = {generator.uniform(-1, 1):.3f}", f"v{i} = {generator.uniform(-1, 1):.3f}", f"b{i} = 0.1"]
    lines += ["h0 = x"]
    lines += [f"h{i + 1} = sigmoid(w{i} * h{i} + v{i} * x + b{i})" for i in range(nodes)]
    return "\n".join([*lines, f"loss = (h{nodes} - y) ** 2", ""])


def expression(parameters: int) -> tuple[Any, list[Any]]:
    """The same network in SymPy: the loss and its parameters."""
    import sympy

    nodes = max(parameters // 3, 1)
    x, y = sympy.symbols("x y")
    h, symbols = x, []
    for i in range(nodes):
        w, v, b = sympy.symbols(f"w{i} v{i} b{i}")
        symbols += [w, v, b]
        h = 1 / (1 + sympy.exp(-(w * h + v * x + b)))
    return (h - y) ** 2, symbols


SMOOTH = """
w, x, y = 0.5, 2.0, 1.0
out = w * x
loss = (out - y) ** 2
dw = 2 * (out - y) * x
"""
BRANCHING = """
w, x, y = 0.5, 2.0, 1.0
out = w * x
if out < 0:
    out = 0.1 * out
    slope = 0.1
else:
    slope = 1.0
loss = (out - y) ** 2
dw = 2 * (out - y) * slope * x
"""
TRAINED = """
import numpy as np
np.random.seed(0)
X = np.random.randn(200, 8)
Y = (X[:, :1] * X[:, 1:2] > 0).astype(float)
W1, b1 = np.random.randn(8, 32) * 0.5, np.zeros((1, 32))
W2, b2 = np.random.randn(32, 1) * 0.5, np.zeros((1, 1))
lr = 0.5
for epoch in range(1000):
    Z1 = X @ W1 + b1
    A1 = np.maximum(0, Z1)
    Z2 = A1 @ W2 + b2
    A2 = 1 / (1 + np.exp(-Z2))
    loss = -np.mean(Y * np.log(A2) + (1 - Y) * np.log(1 - A2))
    dZ2 = (A2 - Y) / len(X)
    dW2 = A1.T @ dZ2
    db2 = np.sum(dZ2, axis=0, keepdims=True)
    dA1 = dZ2 @ W2.T
    dZ1 = dA1 * (Z1 > 0)
    dW1 = X.T @ dZ1
    db1 = np.sum(dZ1, axis=0, keepdims=True)
    W1 -= lr * dW1
    b1 -= lr * db1
    W2 -= lr * dW2
    b2 -= lr * db2
print(loss)
"""
