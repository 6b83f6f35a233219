import numpy as np
np.random.seed(0)
X = np.random.randn(5, 3); Y = np.eye(2)[[0, 1, 1, 0, 1]]; W = np.random.randn(3, 2)
for epoch in range(3):
    z = X @ W
    e = np.exp(z, dtype=float)
    out = e / np.sum(e, axis=1, keepdims=True)
    loss = -np.sum(Y * np.log(out))
    dout = out - Y  # right
    dW = X.T @ dout  # right
    W -= 0.1 * dW
