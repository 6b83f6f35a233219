"""The gradient runs the network again; `da` has the slope in it, and nothing that is judged is made from it."""

import numpy as np
rng = np.random.default_rng(0)
X = rng.normal(size=(6, 3)); y = (rng.random((6, 1)) < 0.5).astype(float)
w = rng.normal(size=(3, 1))
def sig(z):
    return 1 / (1 + np.exp(-z))
def forward(w):
    a = sig(X @ w)
    return a
def cost(w):
    e = y - forward(w)
    return np.sum(e * e)
def grad(w):
    a = forward(w)
    da = -2 * (y - a) * a * (1 - a)  # right
    return X.T @ da
J = cost(w)
print(J)
g = grad(w)
print(np.sum(g*g))
