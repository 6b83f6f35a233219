"""The weights are typed in as a row of numbers, and made a column before the first step."""

import numpy as np
X, y = np.array([[8.0, 4.0], [4.0, 6.0], [9.0, 0.0]]), np.array([0.0, 1.0, 1.0])
w = np.asarray([0.1, 0.2])
y, w = y.reshape(-1, 1), w.reshape(-1, 1)
for i in range(3):
    y_hat = X @ w
    loss = 0.5 * np.mean((y_hat - y) ** 2)
    w_grad = X.T @ (y_hat - y) / 3  # right
    w = w - 0.001 * w_grad
