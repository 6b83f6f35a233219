import numpy as np
np.random.seed(0)
y = np.random.rand(4, 5)
p = np.random.rand(4, 5)
eps = np.finfo(float).eps
q = np.clip(p, eps, 1 - eps)
loss = np.mean(-np.sum(y * np.log(q) + (1 - y) * np.log(1 - q), axis=1))
dp = (-y / q + (1 - y) / (1 - q)) / 4  # right
