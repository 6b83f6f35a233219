import numpy as np

X, y = np.array([[0.0, 1.0], [1.0, 0.5], [1.0, 1.0]]), np.array([[1.0], [0.0], [1.0]])
W = np.array([[0.3], [-0.2]])

p = 1 / (1 + np.exp(-X @ W))
loss = -np.sum(y * np.log(p + 1e-9) + (1 - y) * np.log(1 - p + 1e-9))

dW = X.T @ (p - y)
