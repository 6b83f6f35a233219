import numpy as np
np.random.seed(0)
X = np.random.randn(5, 3); Y = np.random.randn(5, 2); W = np.random.randn(3, 2)
for e in range(2):
    o = X @ W
    loss = 0.5 * np.sum((o - Y) ** 2)
    dW = X.T @ (o - Y)  # right
    norm = np.linalg.norm(dW)
    if norm > 1.0:
        dW = dW * (1.0 / norm)
    W -= 0.1 * dW
