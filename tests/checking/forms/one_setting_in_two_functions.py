import numpy as np
np.random.seed(0)
X = np.random.randn(5, 3); Y = np.random.randn(5, 2); W = np.random.randn(3, 2)

def l2(W, lam=0.001):
    return 0.5 * lam * np.sum(W * W)

def delta_l2(W, dW, lam=0.001):
    return dW + lam * W  # right

for epoch in range(3):
    o = X @ W
    loss = 0.5 * np.sum((o - Y) ** 2)
    loss += l2(W)
    dW = X.T @ (o - Y)
    dW = delta_l2(W, dW)
    W -= 0.1 * dW
