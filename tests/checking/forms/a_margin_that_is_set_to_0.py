"""The margin of the right class is exactly 0 whatever the weights are, which is no kink."""

import numpy as np

rng = np.random.default_rng(0)
X, t, W = rng.normal(size=(6, 4)), np.array([0, 1, 2, 0, 1, 2]), rng.normal(size=(4, 3))
rows = list(range(6))
for i in range(3):
    S = np.dot(X, W)
    S = S - S[rows, t].reshape(-1, 1) + 1
    S[rows, t] = 0
    S[S < 0] = 0
    loss = np.sum(S) / 6
    M = np.zeros(S.shape)
    M[S > 0] = 1
    dW = np.zeros(W.shape)
    for j in rows:
        g = X[j].reshape(-1, 1) * M[j]
        g[:, t[j]] = np.sum(M[j]) * X[j]
        dW += g
    dW /= 6  # wrong
    W = W - 0.1 * dW
