"""Average pooling of two 4×4 images by windows of 2×2: each pixel of a window gets a quarter of its derivative."""

import numpy as np

rng = np.random.default_rng(8)
x, y = rng.normal(size=(2, 4, 4)), rng.normal(size=(2, 2, 2))
w = rng.normal(size=(2, 2))

# forward
pooled = x.reshape(2, 2, 2, 2, 2).mean(axis=(2, 4))
out = w * pooled
loss = 0.5 * np.sum((out - y) ** 2)

# backward
dout = out - y
dw = np.sum(dout * pooled, axis=0)
dpooled = dout * w
dx = dpooled.repeat(2, axis=1).repeat(2, axis=2) / 4
