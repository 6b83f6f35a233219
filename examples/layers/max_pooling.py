"""Max pooling of a 4×4 image by windows of 2×2: the derivative goes to the largest pixel of each window."""

import numpy as np

rng = np.random.default_rng(7)
x, y = rng.normal(size=(4, 4)), rng.normal(size=(2, 2))
w = rng.normal(size=(2, 2))

# forward
pooled = np.zeros((2, 2))
for i in range(2):
    for j in range(2):
        pooled[i, j] = np.max(x[2 * i : 2 * i + 2, 2 * j : 2 * j + 2])
out = w * pooled
loss = 0.5 * np.sum((out - y) ** 2)

# backward
dout = out - y
dw = dout * pooled
dpooled = dout * w
dx = np.zeros_like(x)
for i in range(2):
    for j in range(2):
        window = x[2 * i : 2 * i + 2, 2 * j : 2 * j + 2]
        dx[2 * i : 2 * i + 2, 2 * j : 2 * j + 2] = (window == np.max(window)) * dpooled[i, j]
