import numpy as np
np.random.seed(0)
X = np.random.randn(5, 3); Y = np.random.randn(5, 2); W = np.random.randn(3, 4); V = np.random.randn(4, 2)
for e in range(2):
    h = np.tanh(X @ W)
    o = h @ V
    loss = 0.05 * np.sum((o - Y) ** 2)
    do = 0.1 * (o - Y)  # right
    dV = h.T @ do  # right
    dW = X.T @ (do @ V.T * (1 - h ** 2))  # right
    for d in [dW, dV]:
        np.clip(d, -5, 5, out=d)
    W -= 0.1 * dW
    V -= 0.1 * dV
