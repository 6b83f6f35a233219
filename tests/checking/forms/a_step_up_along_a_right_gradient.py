"""The gradient is right, and the step adds it: the slip is the step's."""

import numpy as np

X = np.c_[np.ones(20), np.random.default_rng(0).uniform(size=(20, 2))]
y = X @ np.array([1.0, 2.0, 3.0])
theta = np.zeros(3)
for i in range(5):
    h = X @ theta
    J = np.sum((h - y) ** 2) / (2 * len(y))
    grad = X.T @ (h - y) / len(y)  # right
    theta = theta + 0.1 * grad
