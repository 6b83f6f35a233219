"""A 2-D convolution as one product of matrices: im2col lays every window of the images down as a row."""

import numpy as np

rng = np.random.default_rng(6)
x, y = rng.normal(size=(2, 5, 5)), rng.normal(size=(2, 2, 3, 3))  # two images, two filters
W, b = rng.normal(size=(2, 3, 3)), np.zeros(2)


def im2col(x, k):
    n, h, w = x.shape
    rows = [x[:, i : i + k, j : j + k].reshape(n, -1) for i in range(h - k + 1) for j in range(w - k + 1)]
    return np.stack(rows, axis=1)  # image, window, pixel of the window


def col2im(cols, shape, k):
    x = np.zeros(shape)
    n, h, w = shape
    for i in range(h - k + 1):
        for j in range(w - k + 1):
            x[:, i : i + k, j : j + k] += cols[:, i * (w - k + 1) + j].reshape(n, k, k)
    return x


# forward
cols = im2col(x, 3)
out = (cols @ W.reshape(2, -1).T + b).transpose(0, 2, 1).reshape(2, 2, 3, 3)
loss = 0.5 * np.sum((out - y) ** 2)

# backward
dout = out - y
db = dout.sum(axis=(0, 2, 3))
drows = dout.reshape(2, 2, 9).transpose(0, 2, 1).reshape(-1, 2)
dW = (drows.T @ cols.reshape(-1, 9)).reshape(W.shape)
dcols = (drows @ W.reshape(2, -1)).reshape(cols.shape)
dx = col2im(dcols, x.shape, 3)
