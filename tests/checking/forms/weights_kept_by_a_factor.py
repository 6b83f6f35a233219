"""`w = keep * w - rate * dw` steps w."""

import numpy as np
np.random.seed(0)
x, y = np.random.randn(5, 3), np.random.randn(5, 1)
w = np.random.randn(3, 1)
mc, lr = 1, 0.1
for i in range(400):
    o = x @ w
    loss = np.mean((o - y) ** 2)
    dw = x.T @ (2 * (o - y)) / 5  # right
    w = mc * w - lr * dw
    print(loss)
