"""A column of a table is a view, and gets another shape in place."""

import numpy as np
X, D = np.array([[1.0, 2.0], [1.0, 3.0], [1.0, 5.0]]), np.array([[1.0, 3.0], [2.0, 5.0], [3.0, 8.0]])
y = D[:, 1]
y.shape = (y.shape[0], 1)
theta = np.zeros((2, 1))
for i in range(5):
    cost = np.sum(np.square(np.dot(X, theta) - y)) / 6
    d = np.dot(X.T, np.dot(X, theta) - y) / 3  # right
    theta = theta - 0.1 * d
