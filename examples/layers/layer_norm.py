"""Layer norm: each row by its own mean and variance, then a scale and a shift for each feature."""

import numpy as np

rng = np.random.default_rng(3)
x, y = rng.normal(size=(4, 6)), rng.normal(size=(4, 6))
gamma, beta = rng.uniform(0.5, 1.5, size=6), np.zeros(6)
eps = 1e-5

# forward
mu = x.mean(axis=1, keepdims=True)
var = ((x - mu) ** 2).mean(axis=1, keepdims=True)
rstd = 1 / np.sqrt(var + eps)
xhat = (x - mu) * rstd
out = gamma * xhat + beta
loss = 0.5 * np.sum((out - y) ** 2)

# backward: the sums over the batch are for gamma and beta, the means over the features for x
dout = out - y
dgamma = (dout * xhat).sum(axis=0)
dbeta = dout.sum(axis=0)
dxhat = dout * gamma
dx = rstd * (dxhat - dxhat.mean(axis=1, keepdims=True) - xhat * (dxhat * xhat).mean(axis=1, keepdims=True))
