import numpy as np
rng = np.random.default_rng(0)
X = rng.normal(size=(6, 3)); y = rng.normal(size=6); m = 6
theta = np.ones(3); alpha = 0.1
for i in range(5):
    error = X @ theta - y
    cost = np.sum(error ** 2) / (2 * m)
    theta = theta - alpha / m * (X.T @ error)  # right
    print(cost)
