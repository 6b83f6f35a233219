import numpy as np


def sigmoid_prime(s):
    return s * (1 - s)


X, y = np.array([[0.0, 1.0], [1.0, 0.5], [1.0, 1.0]]), np.array([[1.0], [0.0], [1.0]])
W = np.array([[0.3], [-0.2]])

a = 1 / (1 + np.exp(-X @ W))
loss = 0.5 * np.sum((a - y) ** 2)

dW = X.T @ ((a - y) * sigmoid_prime(a))
