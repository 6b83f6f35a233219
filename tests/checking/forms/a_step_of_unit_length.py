import numpy as np
np.random.seed(2)
X = np.random.randn(12, 2); Y = X[:, :1] * 2 + 1
W = np.random.randn(2, 1)
for epoch in range(5):
    out = X @ W
    loss = np.mean((out - Y) ** 2)
    dW = X.T @ (2 * (out - Y) / 12)  # right
    W -= 0.1 * dW / (np.linalg.norm(dW) + 1e-7)
