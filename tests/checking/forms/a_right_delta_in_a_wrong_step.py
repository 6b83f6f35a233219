"""The hidden delta is right for what h is made from; only the step that uses it is wrong."""

import numpy as np
rng = np.random.default_rng(0)
X, y, W1, W2 = rng.normal(size=(5, 2)), rng.uniform(size=(5, 1)), rng.normal(size=(2, 3)), rng.normal(size=(3, 1))
sigmoid = lambda z: 1 / (1 + np.exp(-z))
for i in range(5):
    h = sigmoid(X @ W1)
    o = sigmoid(h @ W2)
    loss = 0.5 * np.sum((o - y) ** 2)
    d_o = (o - y) * o * (1 - o)  # right
    d_h = d_o @ W2.T * h * (1 - h)  # right
    W2 = W2 - 0.1 * h.T @ d_o  # right
    W1 = W1 - 0.1 * X.T @ d_h[::-1]  # wrong
