import numpy as np
rng = np.random.default_rng(1)
def mse(p, y):
    loss = np.mean((p - y) ** 2)
    dp = 2 * (p - y) / p.size  # right
    return loss, dp
def bce(p, y):
    loss = -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))
    dp = (p - y) / (p * (1 - p)) / p.size  # right
    return loss, dp
p = rng.uniform(0.1, 0.9, size=(5, 1)); y = np.array([[0.], [1], [1], [0], [1]])
l1, d1 = mse(p, y)
l2, d2 = bce(p, y)
print(l1, l2)
