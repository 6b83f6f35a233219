"""A clip at ±10 in front of exp: the usual derivative leaves it out."""

import numpy as np
rng = np.random.default_rng(0)
v = rng.normal(size=3)
u = rng.normal(size=3)
U = rng.normal(size=(4, 3))

def sigmoid(x):
    x = np.clip(x, -10, 10)
    return 1 / (1 + np.exp(-x))

p, n = sigmoid(u @ v), sigmoid(U @ v)
loss = -np.log(p) - np.sum(np.log(sigmoid(-(U @ v))))
grad_v = (p - 1) * u + np.sum(n[:, None] * U, axis=0)  # right
grad_u = (p - 1) * v  # right
v = v - 0.1 * grad_v
u = u - 0.1 * grad_u
print(loss)
