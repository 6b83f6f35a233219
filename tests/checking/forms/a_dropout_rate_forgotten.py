import numpy as np
np.random.seed(0)
X = np.random.randn(5, 3); Y = np.random.randn(5, 2); W = np.random.randn(3, 4); V = np.random.randn(4, 2)
for e in range(2):
    z = X @ W
    mask = np.random.rand(*z.shape) > 0.1
    scaled = mask / (1.0 - 0.1)
    h = np.tanh(z)
    h *= scaled
    loss = 0.5 * np.sum((h @ V - Y) ** 2)
    do = h @ V - Y
    dV = h.T @ do  # right
    dz = do @ V.T * (1 - np.tanh(z) ** 2)
    dz *= mask  # off by a factor
    dW = X.T @ dz  # off by a factor
    W -= 0.1 * dW
    V -= 0.1 * dV
