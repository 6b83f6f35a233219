"""Rows of the identity stand for labels: it is no data."""

import numpy as np
np.random.seed(0)
inputs, targets = [0, 1, 2, 0], [1, 2, 0, 1]
eye = np.eye(3)
W = np.random.randn(3, 3)
for epoch in range(3):
    loss, dW = 0, np.zeros_like(W)
    for i, t in zip(inputs, targets):
        e = np.exp(W @ eye[i])
        p = e / np.sum(e)
        loss += -np.log(p[t])
        dW += np.outer(p - eye[t], eye[i])  # right
    W -= 0.1 * dW
    print(loss)
