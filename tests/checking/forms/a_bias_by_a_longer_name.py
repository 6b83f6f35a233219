"""`db_1` is the derivative for `bias_1`, and nothing steps along it."""

import numpy as np

np.random.seed(0)
X = np.random.randn(2, 5)
y = np.random.randn(1, 5)
weight_1, bias_1 = np.random.randn(1, 2), np.ones((1, 1))
for _ in range(3):
    z = weight_1 @ X + bias_1
    loss = np.mean((z - y) ** 2)
    dz = 2 * (z - y) / 5  # right
    dW_1 = dz @ X.T  # right
    db_1 = np.sum(dz, axis=1, keepdims=True) * 7  # off by a factor
    weight_1 -= 0.1 * dW_1
