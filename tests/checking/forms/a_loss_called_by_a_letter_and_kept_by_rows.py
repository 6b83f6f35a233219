"""L is an array, and its sum is the loss."""

import numpy as np
rng = np.random.default_rng(0)
x, y = rng.normal(size=(4, 2)), rng.normal(size=(4, 1))
w = rng.normal(size=(1, 2))
n = len(x)
for i in range(30):
    z = x @ w.T
    ypred = np.tanh(z)
    L = ((y - ypred) ** 2) / n
    dL = 3 * (ypred - y) / n  # off by a factor
    dz = (1 - ypred ** 2) * dL  # off by a factor
    dw = dz.T @ x  # off by a factor
    w -= 0.1 * dw
    print(ypred)
