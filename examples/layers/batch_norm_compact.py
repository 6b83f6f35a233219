"""Batch norm in training mode, the whole of dx worked out on paper and written as one line."""

import numpy as np

rng = np.random.default_rng(2)
x, y = rng.normal(size=(4, 3)), rng.normal(size=(4, 3))
gamma, beta = rng.uniform(0.5, 1.5, size=3), np.zeros(3)
N, eps = len(x), 1e-5

# forward
mean, var = x.mean(axis=0), x.var(axis=0)
xhat = (x - mean) / np.sqrt(var + eps)
out = gamma * xhat + beta
loss = 0.5 * np.sum((out - y) ** 2)

# backward
dout = out - y
dbeta = dout.sum(axis=0)
dgamma = (dout * xhat).sum(axis=0)
dxhat = dout * gamma
dx = (N * dxhat - dxhat.sum(axis=0) - xhat * (dxhat * xhat).sum(axis=0)) / (N * np.sqrt(var + eps))
