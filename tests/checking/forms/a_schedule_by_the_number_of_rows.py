"""The step size is made from a number of rows, and is a step size all the same."""

import numpy as np
rng = np.random.default_rng(0)
X = rng.normal(size=(20, 2)); y = X @ np.array([1.0, -2.0]) + 0.5
t0, t1 = 5, 50

def schedule(t):
    return t0 / (t + t1)

w, b, n_epochs = np.zeros(2), 0.0, 30
for e in range(n_epochs):
    error = X @ w + b - y
    loss = np.sum(error ** 2) / len(y)
    dj_dw = 2 * (X.T @ error) / len(y)  # right
    dj_db = 2 * np.sum(error) / len(y)  # right
    alpha = schedule(n_epochs * len(y) + e)
    w = w - alpha * dj_dw
    b = b - alpha * dj_db
