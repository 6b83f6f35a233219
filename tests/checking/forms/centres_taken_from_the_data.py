"""Centres begin as a part of a table of data, and are parameters of their own from there on."""

import numpy as np
rng = np.random.default_rng(1)
a, w = rng.uniform(size=(9, 5)), rng.normal(size=4)
c = a[:4, :3]
X, y = rng.uniform(size=(6, 3)), rng.uniform(size=6)
for k in range(3):
    for i in range(6):
        diff = X[i] - c
        phi = np.exp(-np.sum(diff**2, axis=1) / 2)
        error = y[i] - w @ phi
        cost = error**2 / 2
        gw = error * phi  # right
        update = error * (w * phi)[:, None] * diff  # right
        w = w + 0.01 * gw
        c = c + 0.01 * update
