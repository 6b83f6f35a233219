"""`w = w + rate * change + momentum * last`: the sum is w and one step, and what the step before left is not its gradient."""

import numpy as np

rng = np.random.default_rng(0)
X = rng.normal(size=(6, 3))
y = rng.normal(size=(6, 2))
W = rng.normal(size=(3, 2))
last = np.zeros((3, 2))
for step in range(4):
    out = X @ W
    loss = 0.5 * np.sum((y - out) ** 2)
    change = X.T @ (y - out)
    W = W + 0.05 * change + 0.1 * last  # right
    last = change
    print(loss)
