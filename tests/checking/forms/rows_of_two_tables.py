import numpy as np
rng = np.random.default_rng(0)
W = rng.normal(size=(6, 3)); C = rng.normal(size=(6, 3)); lr = 0.1
for step in range(3):
    t = rng.integers(0, 6, 4); c = rng.integers(0, 6, 4); k = rng.integers(0, 6, 4)
    w, p, n = W[t], C[c], C[k]
    a = 1 / (1 + np.exp(-(w * p).sum(axis=1)))
    b = 1 / (1 + np.exp(-(w * n).sum(axis=1)))
    loss = -np.log(a).sum() - np.log(1 - b).sum()
    grad_w = (a - 1)[:, None] * p + b[:, None] * n  # right
    grad_p = (a - 1)[:, None] * w  # right
    grad_n = b[:, None] * w  # right
    np.add.at(W, t, -lr * grad_w)  # right
    np.add.at(C, c, -lr * grad_p)  # right
    np.add.at(C, k, -lr * grad_n)
