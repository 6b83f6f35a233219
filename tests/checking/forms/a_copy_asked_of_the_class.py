"""np.ndarray.copy(w) is w.copy()."""

import numpy as np
rng = np.random.default_rng(0)
X, w = rng.normal(size=(6, 2)), rng.uniform(-0.7, 0.7, 2)
updated = np.ndarray.copy(w)
for i in range(6):
    out = X[i].dot(w)
    loss = 0.5 * (X[i, 0] - out) ** 2
    for c in range(2):
        updated[c] = w[c] - 0.1 * (out - X[i, 0]) * X[i, c]  # right, right
    w = np.ndarray.copy(updated)
