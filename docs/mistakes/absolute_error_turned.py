import numpy as np

X, y = np.array([[0.0, 1.0], [1.0, 0.5], [1.0, 1.0]]), np.array([1.0, 0.0, 1.0])
w = np.array([0.3, -0.2])

out = X @ w
mae = np.mean(np.abs(y - out))

dw = X.T @ np.sign(y - out) / len(y)
w = w - 0.1 * dw
