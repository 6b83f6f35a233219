import numpy as np
def bce(p, t):
    return -np.mean(t * np.log(p) + (1 - t) * np.log(1 - p))
def bce_grad(p, t):
    return (p - t) / (p * (1 - p)) / len(p)
np.random.seed(0)
x = np.random.randn(5, 3)
W = np.random.randn(3, 1)
for step in range(5):
    p = 1 / (1 + np.exp(-x @ W))
    loss = bce(p, np.ones((5, 1)))
    dW = x.T @ (bce_grad(p, np.ones((5, 1))) * p * (1 - p))  # right
    W -= 0.05 * dW
