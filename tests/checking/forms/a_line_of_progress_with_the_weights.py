"""The weights are written to the terminal, which changes nothing."""

import sys

import numpy as np

x, t, W = np.array([0.5, -1.0, 2.0]), 0.3, np.ones(3) * 0.1
for epoch in range(5):
    y = np.tanh(W @ x)
    loss = (y - t) ** 2 / 2
    sys.stdout.write(f"\rLoss: {loss:.6f}  W: {W}")
    dW = (y - t) * x  # wrong
    W -= 0.1 * dW
