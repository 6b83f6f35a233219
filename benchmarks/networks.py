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
