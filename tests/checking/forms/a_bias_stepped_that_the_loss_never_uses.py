"""The forward pass forgets b; the line that steps it makes the gradient in place."""

import numpy as np

rng = np.random.default_rng(0)
W = rng.normal(size=(3, 2))
b = np.zeros(2)
X = rng.normal(size=(5, 3))
y = rng.normal(size=(5, 2))
for step in range(4):
    out = X @ W
    loss = np.sum((out - y) ** 2) / 2
    dout = out - y  # right
    dW = X.T @ dout  # right
    W -= 0.1 * dW
    b -= 0.1 * np.sum(dout, axis=0)  # wrong
    print(loss)
