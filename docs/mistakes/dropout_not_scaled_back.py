import numpy as np

np.random.seed(0)
X, Y = np.random.randn(3, 6), np.random.randn(1, 6)
W1, W2 = np.random.randn(4, 3), np.random.randn(1, 4)
keep_prob = 0.8

A1 = np.tanh(W1 @ X)
D1 = np.random.rand(4, 6) < keep_prob
H1 = A1 * D1 / keep_prob
A2 = W2 @ H1
cost = np.sum((A2 - Y) ** 2) / 2

dW2 = (A2 - Y) @ H1.T
dZ1 = W2.T @ (A2 - Y) * D1 * (1 - A1 ** 2)
dW1 = dZ1 @ X.T
W1 = W1 - 0.1 * dW1
W2 = W2 - 0.1 * dW2
