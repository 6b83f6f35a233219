import numpy as np

X, y = np.array([[0.0, 1.0], [1.0, 0.5], [1.0, 1.0]]), np.array([[1.0], [0.0], [1.0]])
W1, W2 = np.array([[0.3, -0.2], [0.8, 0.1]]), np.array([[0.5], [-0.4]])

h = 1 / (1 + np.exp(-X @ W1))
out = 1 / (1 + np.exp(-h @ W2))
loss = 0.5 * np.sum((y - out) ** 2)

error = y - out
out_delta = error * out * (1 - out)
hidden_error = error @ W2.T
hidden_delta = hidden_error * h * (1 - h)
W2 = W2 + 0.5 * h.T @ out_delta
W1 = W1 + 0.5 * X.T @ hidden_delta
