"""A recurrent layer through three time steps, and back through them."""

import numpy as np

rng = np.random.default_rng(10)
xs, ys = rng.normal(size=(3, 2)), rng.normal(size=(3, 1))
Wx, Wh, b = rng.normal(size=(4, 2)), rng.normal(size=(4, 4)), np.zeros(4)
Wy, by = rng.normal(size=(1, 4)), np.zeros(1)

# forward
hs, outs, loss = {-1: np.zeros(4)}, {}, 0.0
for t in range(3):
    hs[t] = np.tanh(Wx @ xs[t] + Wh @ hs[t - 1] + b)
    outs[t] = Wy @ hs[t] + by
    loss += 0.5 * np.sum((outs[t] - ys[t]) ** 2)

# backward
dWx, dWh, db = np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)
dWy, dby = np.zeros_like(Wy), np.zeros_like(by)
dnext = np.zeros(4)  # what the later steps say about this one's h
for t in reversed(range(3)):
    dout = outs[t] - ys[t]
    dWy += np.outer(dout, hs[t])
    dby += dout
    dz = (Wy.T @ dout + dnext) * (1 - hs[t] ** 2)
    dWx += np.outer(dz, xs[t])
    dWh += np.outer(dz, hs[t - 1])
    db += dz
    dnext = Wh.T @ dz
