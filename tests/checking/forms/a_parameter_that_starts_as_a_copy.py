"""W2 starts as a copy of W1 and is stepped apart from it."""

import numpy as np
np.random.seed(0)
W1 = np.random.randn(4, 3)
W2 = W1.copy()
X, Z, T = np.random.randn(5, 4), np.random.randn(5, 4), np.random.randn(5, 3)
for e in range(20):
    o = X @ W1 + Z @ W2
    loss = np.sum((o - T) ** 2)
    d = 2 * (o - T)
    dW1 = X.T @ d  # right
    dW2 = Z.T @ d  # right
    W1 -= 0.01 * dW1
    W2 -= 0.01 * dW2
print(loss)
