import numpy as np
rng = np.random.default_rng(0)
X = rng.normal(size=(8, 2)); y = (X[:, 0] > 0).astype(float)
w = rng.normal(size=2)
for epoch in range(3):
    for i in range(8):
        p = 1 / (1 + np.exp(-(X[i] @ w)))
        dw = (p - y[i]) * X[i] + 0.1 * w  # right
        w = w - 0.05 * dw
    q = 1 / (1 + np.exp(-(X @ w)))
    cost = -np.mean(y * np.log(q) + (1 - y) * np.log(1 - q)) + 0.05 * w @ w
    print(cost)
