"""The entries of an array stepped one by one, each with a share of its own step before."""

import numpy as np

rng = np.random.default_rng(0)
X = rng.normal(size=(6, 3))
y = rng.normal(size=(6, 2))
V = rng.normal(size=(3, 2))
kept = np.zeros((3, 2))
for step in range(4):
    out = X @ V
    loss = 0.5 * np.sum((y - out) ** 2)
    for i in range(3):
        for j in range(2):
            change = np.sum(X[:, i] * (y - out)[:, j])
            V[i][j] = V[i][j] + 0.05 * change + 0.1 * kept[i][j]  # right, right, right, right, right, right
            kept[i][j] = change
    print(loss)
