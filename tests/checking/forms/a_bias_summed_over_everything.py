"""All entries of a bias get the sum over everything, where a single row asks for none."""

import numpy as np
rng = np.random.default_rng(0)
data = rng.uniform(size=(5, 2))
target = data.sum(axis=1, keepdims=True)
W1, W2, b1, b2 = rng.uniform(size=(2, 4)), rng.uniform(size=(4, 1)), np.zeros((1, 4)), np.zeros((1, 1))
for j, x in enumerate(data):
    x = x.reshape((1, 2))
    h = 1 / (1 + np.exp(-(np.dot(x, W1) + b1)))
    error = target[j] - (np.dot(h, W2) + b2)
    loss = 0.5 * np.sum(error**2)
    dh = np.dot(error, W2.T) * h * (1 - h)  # right
    W2 += np.dot(h.T, error) * 0.05  # right
    b2 += np.sum(error) * 0.05  # right
    W1 += np.dot(x.T, dh) * 0.05  # right
    b1 += np.sum(dh) * 0.05  # wrong
