import numpy as np

X, y = np.array([[0.0, 1.0], [1.0, 0.5], [1.0, 1.0]]), np.array([[1.0], [0.0], [1.0]])
W = np.array([[0.3], [-0.2]])

out = 1 / (1 + np.exp(-X @ W))
loss = 0.5 * np.sum((y - out) ** 2)

delta = out - y
W = W - 0.5 * X.T @ delta
