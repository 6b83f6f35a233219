"""Langevin's steps: noise is drawn in the line that steps, and is no part of the gradient."""

import numpy as np
rng = np.random.default_rng(0)
X = rng.normal(size=(20, 3))
y = X @ np.array([1.0, -2.0, 0.5])
w, b = np.zeros(3), 0.0
lr = 0.05
for i in range(50):
    error = X @ w + b - y
    loss = 0.5 * np.sum(error**2)
    grad = X.T @ error  # right
    noise = 0.01 * rng.normal()
    w = w - lr * grad + np.sqrt(2 * lr) * rng.normal(size=3)  # right
    b = b - lr * error.sum() * 2 + noise  # off by a factor
print(w)
