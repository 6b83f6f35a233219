import numpy as np
rng = np.random.default_rng(0)
X, y = rng.normal(size=(6, 2)), rng.normal(size=(6, 1))
W = rng.normal(size=(2, 1)); lr = 0.5
for i in range(4):
    loss = np.sum((X @ W - y) ** 2)
    step = lr * X.T @ (X @ W - y)  # off by a factor
    W -= step
