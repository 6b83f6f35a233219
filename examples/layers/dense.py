"""A dense layer with ReLU and a dense output layer, on a batch of four rows."""

import numpy as np

rng = np.random.default_rng(0)
x, y = rng.normal(size=(4, 3)), rng.normal(size=(4, 2))
W1, b1 = rng.normal(size=(3, 5)), np.zeros(5)
W2, b2 = rng.normal(size=(5, 2)), np.zeros(2)

# forward
z = x @ W1 + b1
h = np.maximum(z, 0)
out = h @ W2 + b2
loss = np.mean(np.sum((out - y) ** 2, axis=1))

# backward
dout = 2 * (out - y) / len(x)
dW2 = h.T @ dout
db2 = dout.sum(axis=0)
dh = dout @ W2.T
dz = dh * (z > 0)
dW1 = x.T @ dz
db1 = dz.sum(axis=0)
dx = dz @ W1.T
