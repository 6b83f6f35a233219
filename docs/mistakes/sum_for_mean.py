import numpy as np

X, y = np.array([[0.0, 1.0], [1.0, 0.5], [1.0, 1.0]]), np.array([1.0, 0.0, 1.0])
w = np.array([0.3, -0.2])

mse = np.mean((X @ w - y) ** 2)

dw = X.T @ (X @ w - y)
