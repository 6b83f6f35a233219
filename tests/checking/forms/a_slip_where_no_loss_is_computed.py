"""No loss is computed, and none explains all: what the lines would be for the nearest is told, and no verdict given."""

import numpy as np
rng = np.random.default_rng(0)
X, y, W1, W2 = rng.normal(size=(6, 2)), rng.normal(size=(6, 1)), rng.normal(size=(2, 3)), rng.normal(size=(3, 1))
for i in range(9):
    h = np.tanh(X.dot(W1))
    d = h.dot(W2) - y
    dh = d.dot(W2.T) * (1 - np.tanh(h) ** 2)  # cannot tell
    W2 -= 0.01 * h.T.dot(d)  # cannot tell
    W1 -= 0.01 * X.T.dot(dh)  # cannot tell
