"""The learning rate is in the delta, and in one of the steps again."""

import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


rng = np.random.default_rng(1)
X, y = rng.normal(size=(4, 3)), np.array([[0], [1], [1], [0]])
lr = 0.5
W1, W2 = rng.normal(size=(3, 4)), rng.normal(size=(4, 1))
for epoch in range(10):
    h = sigmoid(X @ W1)
    o = sigmoid(h @ W2)
    loss = np.sum((y - o) ** 2) / 2
    step_o = lr * (y - o) * o * (1 - o)
    step_h = (step_o @ W2.T) * h * (1 - h)
    W2 += h.T @ step_o  # right
    W1 += lr * X.T @ step_h  # off by a factor
