import numpy as np
np.random.seed(0)
X = np.random.rand(4, 3); Y = np.eye(2)[[0, 1, 1, 0]]; w = np.random.randn(3, 2); b = np.zeros(2)
for e in range(2):
    p = 1 / (1 + np.exp(-(X @ w + b)))
    loss = -np.sum(Y * np.log(p) + (1 - Y) * np.log(1 - p))
    dw = np.dot(X.T, p - Y)  # right
    db = (p - Y).sum(axis=0)  # right
    w *= 1 - 0.1 * 0.01
    w -= 0.1 * dw
    b -= 0.1 * db
