"""The weights and the bias are parts of one row of numbers, in shapes of their own, and stepped apart."""

import numpy as np
rng = np.random.default_rng(0)
X, T, theta = rng.normal(size=(5, 3)), rng.normal(size=(5, 2)), rng.normal(size=8)
W, b = theta[:6].reshape(3, 2), theta[6:]
for i in range(5):
    o = X @ W + b
    L = 0.5 * np.sum((o - T) ** 2)
    dW = X.T @ (o - T)  # right
    db = np.sum(o - T, axis=0)  # right
    W, b = W - 0.01 * dW, b - 0.01 * db
