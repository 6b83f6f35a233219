import numpy as np
np.random.seed(0)
X = np.random.randn(5, 3); Y = np.random.randn(5, 1); W = np.random.randn(3, 1)
grad_squared = np.zeros_like(W)
for i in range(3):
    o = X @ W
    loss = np.sum((o - Y) ** 2) / 2
    dW = X.T @ (o - Y)  # right
    grad_squared += dW ** 2
    W -= dW / np.sqrt(grad_squared + 1e-7) * 0.1
