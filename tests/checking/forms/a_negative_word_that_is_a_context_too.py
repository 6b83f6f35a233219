"""Skip-gram steps the column of a word twice, as a context and as a negative one; what both steps add up to is its derivative."""

import numpy as np
w1, w2 = np.array([[0.2, -0.9], [-0.9, 0.8], [-0.5, 0.6], [0.5, 0.4]]), np.array([[-0.8, -0.4, -0.2, 0.1], [-0.3, 0.8, 0.6, 0.5]])
def sigmoid(x):
    return 1 / (1 + np.exp(-x))
for epoch in range(3):
    loss = 0
    h = w1[0].reshape(2, 1)
    u, old, EH = w2.T @ h, w2.copy(), np.zeros((2, 1))
    for c in [1, 2]:
        negative = np.array([3 - c])
        loss += -np.log(sigmoid(u[c])) - np.sum(np.log(sigmoid(-u[negative])))
        w2[:, [c]] = w2[:, [c]] - 0.01 * (sigmoid(u[c]) - 1) * h  # right, right
        EH += (sigmoid(u[c]) - 1) * old[:, [c]]
        for n in negative:
            w2[:, [n]] = w2[:, [n]] - 0.01 * sigmoid(u[n]) * h
            EH += sigmoid(u[n]) * old[:, [n]]
    dw1 = np.zeros((4, 2))
    dw1[0] = EH[:, 0]  # right
    w1 = w1 - 0.01 * dw1
