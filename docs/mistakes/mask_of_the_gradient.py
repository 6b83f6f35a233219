import numpy as np

X, y = np.array([[0.0, 1.0], [1.0, 0.5], [1.0, 1.0]]), np.array([[1.0], [0.0], [1.0]])
W1, W2 = np.array([[0.3, -0.2], [0.8, 0.1]]), np.array([[0.5], [-0.4]])

z = X @ W1
h = np.maximum(0, z)
out = h @ W2
loss = 0.5 * np.sum((out - y) ** 2)

dout = out - y
dz = dout @ W2.T
dz[dz < 0] = 0
dW1 = X.T @ dz
