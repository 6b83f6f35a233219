import numpy as np
np.random.seed(0)
X = np.random.randn(4, 3); Y = np.random.randn(4, 1); W = np.random.randn(3, 1)
smooth_loss = 1.0
for n in range(3):
    o = X @ W
    loss = np.sum((o - Y) ** 2)
    dW = 2 * X.T @ (o - Y)  # right
    smooth_loss = smooth_loss * 0.999 + loss * 0.001
    print(smooth_loss)
    W -= 0.01 * dW
