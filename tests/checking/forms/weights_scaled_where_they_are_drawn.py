"""Weights are drawn and then scaled, in a line of its own; the layer uses them as they are then."""

import numpy as np

rng = np.random.default_rng(0)
W = rng.normal(size=(3, 2))
W *= np.sqrt(2.0 / 3)
x, t = rng.normal(size=(5, 3)), rng.normal(size=(5, 2))
y = np.dot(x, W)
loss = np.sum((y - t) ** 2) / 2
dW = np.dot(x.T, y - t)  # right
W -= 0.01 * dW
