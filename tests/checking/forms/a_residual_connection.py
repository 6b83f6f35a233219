import numpy as np
np.random.seed(0)
X = np.random.randn(4, 3)
target = np.random.randn(4, 3)
W = np.random.randn(3, 3)
V = np.random.randn(3, 3)
for epoch in range(3):
    x = X @ V
    out = np.tanh(x @ W)
    x = x + out
    loss = np.mean((x - target) ** 2)
    grad = 2 * (x - target) / x.size
    dz = grad * (1 - out ** 2)
    dW = (X @ V).T @ dz  # right
    dV = X.T @ (grad + dz @ W.T)  # right
    W -= 0.1 * dW
    V -= 0.1 * dV
