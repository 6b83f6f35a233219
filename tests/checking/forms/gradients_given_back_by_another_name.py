"""The caller calls dz2 da2 and uses it for nothing."""

import numpy as np
np.random.seed(2)
x = np.array([[0, 0, 1, 1], [0, 1, 0, 1]])
y = np.array([[0, 1, 1, 0]])
m = x.shape[1]
w1 = np.random.rand(2, 2)
w2 = np.random.rand(1, 2)
sig = lambda z: 1 / (1 + np.exp(-z))
def back(w2, a1, a2):
    dz2 = a2 - y  # right
    dw2 = dz2 @ a1.T / m
    dz1 = w2.T @ dz2 * a1 * (1 - a1)  # right
    dw1 = dz1 @ x.T / m
    return dz2, dw2, dz1, dw1
for i in range(50):
    z1 = w1 @ x; a1 = sig(z1)
    z2 = w2 @ a1; a2 = sig(z2)
    loss = -(1 / m) * np.sum(y * np.log(a2) + (1 - y) * np.log(1 - a2))
    da2, dw2, dz1, dw1 = back(w2, a1, a2)  # right, right
    w2 = w2 - 0.1 * dw2
    w1 = w1 - 0.1 * dw1
