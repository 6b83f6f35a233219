"""A 2-D convolution of two filters with a 5×5 image, in plain loops: every window takes its own step back."""

import numpy as np

rng = np.random.default_rng(5)
x, y = rng.normal(size=(5, 5)), rng.normal(size=(2, 3, 3))
W, b = rng.normal(size=(2, 3, 3)), np.zeros(2)

# forward
out = np.zeros((2, 3, 3))
for f in range(2):
    for i in range(3):
        for j in range(3):
            out[f, i, j] = np.sum(x[i : i + 3, j : j + 3] * W[f]) + b[f]
loss = 0.5 * np.sum((out - y) ** 2)

# backward
dout = out - y
dx, dW, db = np.zeros_like(x), np.zeros_like(W), np.zeros_like(b)
for f in range(2):
    for i in range(3):
        for j in range(3):
            dW[f] += dout[f, i, j] * x[i : i + 3, j : j + 3]
            dx[i : i + 3, j : j + 3] += dout[f, i, j] * W[f]
            db[f] += dout[f, i, j]
