"""Batch norm in training mode, its backward pass step by step: one line for each line of the forward pass."""

import numpy as np

rng = np.random.default_rng(1)
x, y = rng.normal(size=(4, 3)), rng.normal(size=(4, 3))
gamma, beta = rng.uniform(0.5, 1.5, size=3), np.zeros(3)
N, eps = len(x), 1e-5

# forward
mu = np.mean(x, axis=0)
xmu = x - mu
var = np.mean(xmu**2, axis=0)
std = np.sqrt(var + eps)
xhat = xmu / std
out = gamma * xhat + beta
loss = 0.5 * np.sum((out - y) ** 2)

# backward
dout = out - y
dbeta = np.sum(dout, axis=0)
dgamma = np.sum(dout * xhat, axis=0)
dxhat = dout * gamma
dstd = -np.sum(dxhat * xmu, axis=0) / std**2
dvar = 0.5 * dstd / std
dxmu = dxhat / std + dvar * 2 * xmu / N  # x - mu goes two ways: into xhat, and into the variance
dmu = -np.sum(dxmu, axis=0)
dx = dxmu + dmu / N
