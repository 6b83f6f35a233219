import numpy as np
np.random.seed(0)
X = np.random.randn(20, 2); y = (X[:, :1] > 0).astype(float)
w = np.random.randn(2, 1); b = np.zeros((1, 1))
for epoch in range(3):
    p = 1 / (1 + np.exp(-(X @ w + b)))
    cost = -np.mean(y * np.log(p + 0.001) + (1 - y) * np.log(1 - p + 0.001))
    dw = X.T @ (p - y) / 20  # right
    db = np.sum(p - y, axis=0, keepdims=True) / 20  # right
    w -= 0.1 * dw
    b -= 0.1 * db
