"""The output has one entry, and its target is a number."""

import numpy as np
np.random.seed(1)
w = np.random.rand(2, 1)
b = 0.3
X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]]); Y = np.array([0, 0, 0, 1])

def step(x, y):
    global w, b
    out = 1 / (1 + np.exp(-(x.dot(w) + b)))
    delta = out - y  # right
    w = w - 0.5 * delta * x.reshape(2, 1)  # right
    b = b - 0.5 * delta

for i in range(40):
    step(X[i % 4], Y[i % 4])
print(w, b)
