"""σ′ where exp(−z)² is no number any more, and the loss still is one."""

import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


w, v = np.array(-500.0), np.array(-400.0)
loss = -np.log(sigmoid(w)) - np.log(1 / (1 + np.exp(-v)))
dw = sigmoid(w) - 1  # right
dv = sigmoid(v) - 1  # right
w = w - 0.1 * dw
v = v - 0.1 * dv
