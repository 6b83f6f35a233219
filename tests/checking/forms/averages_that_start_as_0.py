import numpy as np
np.random.seed(0)
X = np.random.randn(5, 3); Y = np.random.randn(5, 1); W = np.random.randn(3, 1)
m, v = 0, 0
for t in range(1, 4):
    o = X @ W
    loss = np.sum((o - Y) ** 2) / 2
    dW = X.T @ (o - Y)  # right
    m = 0.9 * m + 0.1 * dW
    v = 0.999 * v + 0.001 * dW ** 2
    W = W - 0.01 * (m / (1 - 0.9 ** t)) / (np.sqrt(v / (1 - 0.999 ** t)) + 1e-8)
