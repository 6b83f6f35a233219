"""After training, outputs are fed back many times, and what comes out of all is an index."""

import numpy as np

np.random.seed(0)
X = np.random.randn(8, 3)
Y = np.eye(3)[[0, 1, 2, 0, 1, 2, 0, 1]]
W = np.random.randn(3, 3)
for _ in range(2):
    p = np.exp(X @ W)
    p = p / p.sum(axis=1, keepdims=True)
    loss = -np.sum(Y * np.log(p))
    dW = X.T @ (p - Y)  # right
    W -= 0.1 * dW
y = X[:1]
seen = np.zeros((40, 3))
for i in range(40):
    e = np.exp(y @ W)
    y = e / e.sum(axis=1, keepdims=True)
    seen[i] = y
for k in seen.argmax(axis=1):
    print("abc"[k], end="")
