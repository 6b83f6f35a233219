"""The state before the first step is zero in every pass, so nothing comes through it to the weights."""

import numpy as np

np.random.seed(0)
X, Y = np.random.randn(6, 2), np.random.randn(6, 3)
U, W = np.random.randn(2, 3), np.random.randn(3, 3)
for _ in range(2):
    h = np.zeros(3)
    H = np.zeros((6, 3))
    for i in range(6):
        h = np.tanh(X[i] @ U + h @ W)
        H[i] = h
    loss = ((H - Y) ** 2).sum()
    g = 2 * (H - Y)
    gz = g[-1:] * (1 - H[-1:] ** 2)
    grad_U = X[-1:].T @ gz
    grad_W = H[-2:-1].T @ gz
    for t in range(4, 0, -1):
        gz = (g[t : t + 1] + gz @ W.T) * (1 - H[t : t + 1] ** 2)
        grad_U += X[t : t + 1].T @ gz
        grad_W += H[t - 1 : t].T @ gz  # right
    gz = (g[0:1] + gz @ W.T) * (1 - H[0:1] ** 2)
    grad_U += X[0:1].T @ gz  # right
    U -= 0.01 * grad_U
    W -= 0.01 * grad_W
