"""Two layers of ReLU before a sigmoid: with weights drawn anew nearly every probability is 0 or 1, and its logarithm none."""

import numpy as np

rng = np.random.default_rng(0)
train_X = rng.normal(size=(2, 64))
train_Y = (train_X[:1] * train_X[1:] > 0).astype(int)
W0, W1, W2 = rng.normal(size=(2, 2)), rng.normal(size=(5, 2)), rng.normal(size=(1, 5))
for epoch in range(3):
    order = list(rng.permutation(64))
    X, Y = train_X[:, order], train_Y[:, order]
    for k in range(2):
        x, y = X[:, k * 32 : (k + 1) * 32], Y[:, k * 32 : (k + 1) * 32]
        a0 = np.maximum(0, np.dot(W0, x))
        a1 = np.maximum(0, np.dot(W1, a0))
        a2 = 1 / (1 + np.exp(-np.dot(W2, a1)))
        cost = np.sum(-np.log(a2) * y - np.log(1 - a2) * (1 - y)) / 32
        dz2 = (a2 - y) / 32
        dW2 = np.dot(dz2, a1.T)  # right
        W2 = W2 - 0.001 * dW2
