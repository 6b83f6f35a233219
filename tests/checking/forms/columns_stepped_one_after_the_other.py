"""`w2[:, [k]] = w2[:, [k]] - …`, column by column; what goes back through them takes those that were stepped already."""

import numpy as np
rng = np.random.default_rng(0)
w1, w2 = rng.normal(size=(5, 3)), rng.normal(size=(3, 5))
x = np.zeros((5, 1))
x[2] = 1
for t in range(2):
    h = w1.T @ x
    u = w2.T @ h
    p, q = 1 / (1 + np.exp(-u[4])), 1 / (1 + np.exp(u[1]))
    loss = (-np.log(p) - np.log(q))[0]
    back = np.zeros((3, 1))
    w2[:, [4]] = w2[:, [4]] - 0.1 * (p - 1) * h  # right
    back += (p - 1) * w2[:, [4]]
    w2[:, [1]] = w2[:, [1]] - 0.1 * (1 - q) * h  # right
    back += (1 - q) * w2[:, [1]]
    dw1 = np.outer(x, back)  # wrong
    w1 = w1 - 0.1 * dw1
    print(loss)
