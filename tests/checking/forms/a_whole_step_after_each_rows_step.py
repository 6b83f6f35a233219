import numpy as np
rng = np.random.default_rng(0)
X = rng.normal(size=(5, 3)); y = rng.normal(size=(5, 1))
W = rng.normal(size=(3, 1))
for epoch in range(4):
    for i in range(5):
        out = X[i:i+1] @ W
        loss = np.sum((out - y[i:i+1]) ** 2)
        dW = 2 * X[i:i+1].T @ (out - y[i:i+1])  # right
        W = W - 0.01 * dW
    out = X @ W
    loss = np.sum((out - y) ** 2)
    dW = X.T @ (out - y).sum(axis=1, keepdims=True) * 3  # off by a factor
    W = W - 0.01 * dW
