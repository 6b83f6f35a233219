"""A linear model with an L1 and an L2 term: each puts its own derivative beside that of the error."""

import numpy as np

rng = np.random.default_rng(19)
x, y = rng.normal(size=(5, 3)), rng.normal(size=(5, 1))
W, b = rng.normal(size=(3, 1)), np.zeros(1)
l1, l2 = 0.01, 0.1

# forward
out = x @ W + b
error = np.mean((out - y) ** 2)
loss = error + l1 * np.sum(np.abs(W)) + 0.5 * l2 * np.sum(W**2)  # the bias is not penalised

# backward
dout = 2 * (out - y) / len(x)
dW = x.T @ dout + l1 * np.sign(W) + l2 * W
db = dout.sum(axis=0)
