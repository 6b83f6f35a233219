"""The new weights are set entry by entry in another array, which then takes the old ones' name."""

import numpy as np
rng = np.random.default_rng(0)
X = rng.normal(size=(6, 4))
y, w = X[:, 0] * 2, rng.uniform(-0.7, 0.7, 4)
for i in range(6):
    out = X[i].dot(w)
    loss = 0.5 * (y[i] - out) ** 2
    updated = np.zeros(4)
    for c in range(4):
        updated[c] = w[c] - 0.1 * (out - y[i]) * X[i, c]  # right, right, right, right
    w = updated
