"""Softmax and cross-entropy with one-hot labels: the sum of label times logarithm."""

import numpy as np

rng = np.random.default_rng(16)
x, Y = rng.normal(size=(4, 2)), np.eye(3)[[0, 2, 1, 2]]
W, b = rng.normal(size=(2, 3)), np.zeros(3)

# forward
z = x @ W + b
p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
loss = -np.sum(Y * np.log(p)) / len(x)

# backward
dz = (p - Y) / len(x)
dW = x.T @ dz
db = dz.sum(axis=0)
dx = dz @ W.T
