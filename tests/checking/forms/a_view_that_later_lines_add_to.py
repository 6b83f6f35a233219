"""The last row's share is a view of the row's own gradient, and the loop adds the others into it."""

import numpy as np

rng = np.random.default_rng(0)
X = rng.normal(size=(4, 3))
Y = rng.normal(size=(4, 2))
W = rng.normal(size=(3, 2))
b = rng.normal(size=2)
loss = 0.5 * np.sum((X @ W + b - Y) ** 2)
dz = X[-1:] @ W + b - Y[-1:]
grad_W = X[-1:].T @ dz
grad_b = dz[0]
for t in range(2, -1, -1):
    dz = X[t : t + 1] @ W + b - Y[t : t + 1]
    grad_W += X[t : t + 1].T @ dz  # right
    grad_b += dz[0]  # right
W -= 0.1 * grad_W
b -= 0.1 * grad_b
