"""A parameter is made smaller in a line of its own after the steps, and the loss is printed then."""

import numpy as np
np.random.seed(0)
X = np.random.randn(9, 2); y = np.random.randn(9)
w = np.ones(2); b = 0.5; c = 0.1
for i in range(4):
    r = X @ w + b + c * X[:, 0] ** 2 - y
    dw = 2 * X.T @ r / len(y)  # right
    db = 2 * np.mean(r)  # right
    dc = 2 * np.mean(r * X[:, 0] ** 2)  # right
    w = w - 0.1 * dw
    b = b - 0.1 * db
    c = c * 0.99
    loss = np.mean((X @ w + b + c * X[:, 0] ** 2 - y) ** 2)
    print(loss)
