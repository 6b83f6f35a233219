"""The first pass computes no loss; a transpose is missing."""

import numpy as np

def sig(t):
    return 1 / (1 + np.exp(-t))

def mse(predicted, actual):
    return np.mean(np.square(actual - predicted))

X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=float)
y = np.array([[0], [1], [1], [0]], dtype=float)
np.random.seed(0)
w1 = np.random.rand(2, 4)
w2 = np.random.rand(4, 1)
for i in range(50):
    h = sig(X @ w1)
    out = sig(h @ w2)
    if i % 10:
        print("Loss MSE: {}".format(mse(sig(sig(X @ w1) @ w2), y)))
    d2 = 2 * (y - out) * out * (1 - out)
    delta_w2 = np.dot(h, d2)  # wrong
    delta_w1 = np.dot(X.T, np.dot(d2, w2.T) * h * (1 - h))  # off by a factor
    w1 += delta_w1
    w2 += delta_w2
