import numpy as np
rng = np.random.default_rng(0)

def affine_forward(x, w, b):
    out = x @ w + b
    return out, (x, w, b)

def affine_backward(dout, cache):
    x, w, b = cache
    dx = dout @ w.T  # right, right
    dw = x.T @ dout  # right, right
    db = dout.sum(axis=0)  # right, right
    return dx, dw, db

x = rng.normal(size=(5, 3)); y = rng.normal(size=(5, 2))
w1 = rng.normal(size=(3, 4)); b1 = np.zeros(4); w2 = rng.normal(size=(4, 2)); b2 = np.zeros(2)
h, cache1 = affine_forward(x, w1, b1)
out, cache2 = affine_forward(h, w2, b2)
loss = 0.5 * np.sum((out - y) ** 2)
dh, dw2, db2 = affine_backward(out - y, cache2)  # right, right, right
dx, dw1, db1 = affine_backward(dh, cache1)  # right, right, right
