"""Two losses, each with a backward function of its own; the second is wrong."""

import numpy as np
rng = np.random.default_rng(0)
X, Y = rng.normal(size=(8, 3)), rng.integers(0, 2, size=(8, 1))
sigmoid = lambda z: 1 / (1 + np.exp(-z))
def mse(Y, A):
    return np.sum((A - Y) ** 2) / 2
def bce(Y, A):
    return -np.sum(Y * np.log(A) + (1 - Y) * np.log(1 - A))
def back_mse(X, Y, A):
    dZ = (A - Y) * A * (1 - A)
    return X.T @ dZ  # right
def back_bce(X, Y, A):
    dZ = (A - Y) * A * (1 - A)
    return X.T @ dZ  # wrong
for loss_of, back in ((mse, back_mse), (bce, back_bce)):
    W = np.zeros((3, 1))
    for i in range(3):
        A = sigmoid(X @ W)
        loss = loss_of(Y, A)
        dW = back(X, Y, A)
        W -= 0.1 * dW
    print(loss)
