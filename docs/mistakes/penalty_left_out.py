import numpy as np

X, y = np.array([[0.0, 1.0], [1.0, 0.5], [1.0, 1.0]]), np.array([1.0, 0.0, 1.0])
w, lam = np.array([0.3, -0.2]), 0.1

loss = np.sum((X @ w - y) ** 2) + lam * np.sum(w**2)

dw = 2 * X.T @ (X @ w - y)
w = w - 0.1 * dw
