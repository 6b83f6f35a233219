"""Layers in lists: the output's own derivative is right, and the loop over the hidden ones takes theirs at the activated value."""

import numpy as np


def sigmoid(t):
    return 1.0 / (1.0 + np.exp(-t))


def slope(t):
    return sigmoid(t) * (1 - sigmoid(t))


np.random.seed(1)
sizes = [3, 4, 5, 2]
Ws = [np.random.randn(m, n) for m, n in zip(sizes[1:], sizes[:-1], strict=True)]
x = np.random.rand(3, 1)
y = np.array([[1.0], [0.0]])
a = x
zs, acts = [], [x]
for W in Ws:
    z = W @ a
    zs.append(z)
    a = sigmoid(z)
    acts.append(a)
loss = 0.5 * np.sum((acts[-1] - y) ** 2)
dW = [None] * 3
delta = (acts[-1] - y) * slope(zs[-1])
dW[-1] = delta @ acts[-2].T  # right
for k in range(2, 4):
    delta = (Ws[-k + 1].T @ delta) * slope(acts[-k])
    dW[-k] = delta @ acts[-k - 1].T  # wrong, wrong
for i in range(3):
    Ws[i] = Ws[i] - 0.1 * dW[i]
