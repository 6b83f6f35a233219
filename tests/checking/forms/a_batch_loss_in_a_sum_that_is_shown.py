"""The cost of a batch is learned from; the sum over the epoch is only shown."""

import numpy as np
rng = np.random.default_rng(0)
X, Y = rng.normal(size=(3, 8)), rng.integers(0, 2, size=(1, 8))
sigmoid = lambda z: 1 / (1 + np.exp(-z))
def mse(Y, A):
    return np.sum((A - Y) ** 2) / (2 * Y.shape[1])
W, b = rng.normal(size=(1, 3)), np.zeros((1, 1))
for epoch in range(3):
    epoch_loss = 0
    for i in range(2):
        Xb, Yb = X[:, 4 * i:4 * i + 4], Y[:, 4 * i:4 * i + 4]
        m = Xb.shape[1]
        A = sigmoid(W @ Xb + b)
        cost = mse(Yb, A)
        epoch_loss += cost * Xb.shape[1]
        dZ = (A - Yb) * A * (1 - A) / m
        dW = dZ @ Xb.T  # right
        db = np.sum(dZ, axis=1, keepdims=True)  # right
        W -= 0.1 * dW
        b -= 0.1 * db
    print(epoch_loss / 8)
