import numpy as np
np.random.seed(0)
X = np.random.randn(5, 3); Y = np.random.randn(5, 2); W = np.random.randn(3, 4); V = np.random.randn(4, 2)

def lrelu(input, alpha=0.01, derivative=False):
    res = input
    if derivative:
        dx = np.ones_like(res)
        dx[res < 0] = alpha
        return dx
    else:
        return np.maximum(input, input * alpha, input)

for e in range(2):
    z = X @ W
    h = lrelu(z)
    o = h @ V
    loss = 0.5 * np.sum((o - Y) ** 2)
    do = o - Y  # right
    dV = h.T @ do  # right
    dW = X.T @ (do @ V.T * lrelu(z, derivative=True))  # right
    W -= 0.1 * dW
    V -= 0.1 * dV
