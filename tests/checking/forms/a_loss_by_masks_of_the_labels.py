"""Labels are compared with 0 and 1, and what comes of it is multiplied with."""

import numpy as np


def softmax(z):
    e = np.exp(z - z.max())
    return e / np.sum(e)


def cross_entropy(p, y):
    one, zero = (y == 1), (y == 0)
    return one * -np.log(p) + zero * -np.log(1 - p)


rng = np.random.default_rng(0)
W = rng.normal(size=(3, 4))
x = rng.normal(size=(4, 1))
y = np.array([[0.0], [1.0], [0.0]])
for i in range(5):
    a = softmax(W @ x)
    one, zero = (y == 1), (y == 0)
    da = one * (-1 / a) + zero * (1 / (1 - a))  # right
    dW = da * a * (1 - a) @ x.T  # wrong
    loss = np.sum(cross_entropy(a, y))
    W -= 0.1 * dW
