import numpy as np

x, t = np.array([1.0, -0.5, 2.0]), np.array([0.3, 0.9])
W = np.array([[0.1, 0.4, -0.3], [0.2, -0.1, 0.5]])
for step in range(4):
    for j in range(2):
        w = W[j]
        o = w @ x
        loss = 0.5 * (o - t[j]) ** 2
        grad_w = (o - t[j]) * x  # right
        W[j] += 0.1 * grad_w
