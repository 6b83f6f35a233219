"""Dropout, inverted: what is kept is divided by the probability of being kept, forward and backward alike."""

import numpy as np

rng = np.random.default_rng(4)
x, y = rng.normal(size=(4, 3)), rng.normal(size=(4, 2))
W1, W2 = rng.normal(size=(3, 5)), rng.normal(size=(5, 2))
keep = 0.8
mask = rng.random((4, 5)) < keep

# forward
h = np.tanh(x @ W1)
dropped = h * mask / keep
out = dropped @ W2
loss = 0.5 * np.sum((out - y) ** 2)

# backward
dout = out - y
dW2 = dropped.T @ dout
ddropped = dout @ W2.T
dh = ddropped * mask / keep
dz = dh * (1 - h**2)
dW1 = x.T @ dz
