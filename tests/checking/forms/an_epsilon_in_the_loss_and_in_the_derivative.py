import numpy as np
rng = np.random.default_rng(0)
x = rng.normal(size=(6, 3)); y = np.array([[0.0], [1.0], [1.0], [0.0], [1.0], [0.0]]); w = rng.normal(size=(3, 1))
p = 1 / (1 + np.exp(-(x @ w)))
loss = -np.mean(y * np.log(p + 1e-7) + (1 - y) * np.log(1 - p + 1e-7))
dp = -(y / (p + 1e-7) - (1 - y) / (1 - p + 1e-7)) / len(y)  # right
dp = -(y / (p + 1e-9) - (1 - y) / (1 - p + 1e-9)) / len(y)  # right
dw = x.T @ (dp * p * (1 - p))  # right
