import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def sigmoid_prime(z):
    return sigmoid(z) * (1 - sigmoid(z))


X, y = np.array([[0.0, 1.0], [1.0, 0.5], [1.0, 1.0]]), np.array([[1.0], [0.0], [1.0]])
W = np.array([[0.3], [-0.2]])

z = X @ W
a = sigmoid(z)
loss = 0.5 * np.sum((a - y) ** 2)

dz = (a - y) * sigmoid_prime(a)
dW = X.T @ dz
