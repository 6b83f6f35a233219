import numpy as np

X, y = np.array([[0.0, 1.0], [1.0, 0.5], [1.0, 1.0]]), np.array([[1.0], [0.0], [1.0]])
W1, W2 = np.array([[0.3, -0.2], [0.8, 0.1]]), np.array([[0.5], [-0.4]])

h = np.tanh(X @ W1)  # it was a sigmoid once
out = h @ W2
loss = 0.5 * np.sum((out - y) ** 2)

dout = out - y
dW2 = h.T @ dout
dW1 = X.T @ (dout @ W2.T * h * (1 - h))
