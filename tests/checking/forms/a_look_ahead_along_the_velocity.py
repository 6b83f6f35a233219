"""Nesterov's momentum: what is kept is named `update`, is in the loss, and is no parameter."""

import numpy as np
np.random.seed(0)
x = np.random.randn(20, 3)
t = x @ np.array([1.0, -2.0, 0.5])
w = np.zeros(3)
update = np.zeros(3)
learn_rate, momentum = 0.01, 0.9
for i in range(50):
    ahead = w - momentum * update
    loss = np.mean((x @ ahead - t) ** 2)
    gradient = 2 * x.T @ (x @ ahead - t) / len(x)  # right
    update = momentum * update + learn_rate * gradient
    w = w - update
print(loss)
