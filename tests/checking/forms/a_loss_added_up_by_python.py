"""Python's sum() goes over the rows, and leaves an array of one number."""

import numpy as np

X, y = np.array([[0.1, 0.5], [0.9, 0.2], [0.4, 0.4]]), np.array([[0.1], [0.9], [0.3]])
W = np.array([[0.5], [-0.3]])


def cost():
    return 0.5 * sum((y - X @ W) ** 2) / 3


for i in range(3):
    J = cost()
    dJdW = X.T @ (y - X @ W) / 3  # off by a factor
    W = W - 0.5 * dJdW
