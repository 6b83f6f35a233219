import numpy as np
np.random.seed(0)
X = np.random.randn(9, 2); Y = np.random.randn(9, 1)
W, b = np.random.randn(2, 1), np.zeros((1, 1))
for epoch in range(3):
    Z = X @ W + b
    A = np.tanh(Z)
    loss = np.mean((A - Y) ** 2)
    dA = 2 * (A - Y) / 9  # right
    dZ = np.array(dA, copy=True)
    dZ = dA * (1 - A ** 2)  # right
    dW, db = X.T @ dZ, dZ.sum(axis=0, keepdims=True)  # right, right
    W -= 0.1 * dW
    b -= 0.1 * db
