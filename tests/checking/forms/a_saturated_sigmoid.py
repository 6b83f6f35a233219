import numpy as np
np.random.seed(0)
x = np.array([[0.5, -0.3]]); y = np.array([[0.7]])
W = np.random.randn(2, 1)
for epoch in range(2):
    p = 1 / (1 + np.exp(-10 * x @ W))
    loss = np.sum((p - y) ** 2) / 2000
    delta = (p - y) * p * (1 - p)
    dW = 10 * x.T @ delta  # off by a factor
    W -= 0.1 * dW
