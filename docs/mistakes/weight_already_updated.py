import numpy as np

X, y = np.array([[0.0, 1.0], [1.0, 0.5], [1.0, 1.0]]), np.array([[1.0], [0.0], [1.0]])
W1, W2 = np.array([[0.3, -0.2], [0.8, 0.1]]), np.array([[0.5], [-0.4]])

h = np.tanh(X @ W1)
out = h @ W2
loss = 0.5 * np.sum((out - y) ** 2)

dout = out - y
W2 = W2 - 0.5 * h.T @ dout
W1 = W1 - 0.5 * X.T @ (dout @ W2.T * (1 - h**2))
