"""One gradient is handed to two functions, one after the other."""

import numpy as np
np.random.seed(1)
def affine_forward(x, w, b):
    out = x.dot(w) + b
    return out, (x, w, b)
def affine_backward(dout, cache):
    x, w, b = cache
    dx = dout.dot(w.T)  # right
    dw = x.T.dot(dout)  # right
    db = dout.sum(axis=0) + w.sum(axis=0)  # wrong
    return dx, dw, db
def relu_forward(x):
    return np.maximum(0, x), x
def relu_backward(dout, cache):
    return dout * (cache > 0)  # right

x = np.random.randn(4, 6); w = np.random.randn(6, 5); b = np.random.randn(5)
out, cache = affine_forward(x, w, b)
dout = np.random.randn(*out.shape)
dx, dw, db = affine_backward(dout, cache)  # right, right, wrong
print(dx, dw, db)
x = np.random.randn(4, 5)
out, cache = relu_forward(x)
dx = relu_backward(dout, cache)
print(dx)
