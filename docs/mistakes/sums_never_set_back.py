import numpy as np

X, y = np.array([[0.0, 1.0], [1.0, 0.5], [1.0, 1.0]]), np.array([1.0, 0.0, 1.0])
w, dw = np.array([0.3, -0.2]), np.zeros(2)

for epoch in range(10):
    loss = np.sum((X @ w - y) ** 2)
    dw += 2 * X.T @ (X @ w - y)
    w -= 0.1 * dw
