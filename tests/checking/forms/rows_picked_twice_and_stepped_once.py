"""A row drawn twice is stepped once by `W[rows] -= …`: the gradient is right, and the line is not."""

import numpy as np
rng = np.random.default_rng(0)
W_in = rng.normal(size=(5, 3)) * 0.3
W_out = rng.normal(size=(5, 3)) * 0.3

def sigmoid(x):
    return 1 / (1 + np.exp(-x))

for t in range(2):
    v = W_in[0].copy()
    neg = np.array([1, 1, 3])
    U = W_out[neg].copy()
    s = sigmoid(U @ v)
    loss = -np.sum(np.log(sigmoid(-(U @ v))))
    grad_v = np.sum(s[:, None] * U, axis=0)  # right
    grad_U = s[:, None] * v[None, :]        # right
    W_in[0] -= 0.1 * grad_v
    W_out[neg] -= 0.1 * grad_U           
    print(loss)
