import numpy as np

X, y = np.array([[0.0, 1.0], [1.0, 0.5], [1.0, 1.0]]), np.array([[1.0], [0.0], [1.0]])
W1, W2 = np.array([[0.3, 0.0], [0.8, 0.0]]), np.array([[0.5], [-0.4]])

z = X @ W1
h = np.maximum(0, z)
loss = 0.5 * np.sum((h @ W2 - y) ** 2)

dz = (h @ W2 - y) @ W2.T * (z >= 0)
dW1 = X.T @ dz
