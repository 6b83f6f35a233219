"""What comes into a pass is the output that the pass before made of the same weights."""

import numpy as np
rng = np.random.default_rng(0)
X = rng.normal(size=(8, 3))
y = (X[:, 0] > 0) * 1.0
beta, bias = rng.normal(size=3), 0.1
y_hat = 1 / (1 + np.exp(-(X @ beta + bias)))
for _ in range(50):
    beta = beta - 0.1 / len(X) * X.T @ (y_hat - y)  # right
    bias = bias - 0.1 / len(X) * np.sum(y_hat - y)  # right
    y_hat = 1 / (1 + np.exp(-(X @ beta + bias)))
print(beta, bias)
