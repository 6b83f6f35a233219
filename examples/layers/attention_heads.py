"""Two heads of causal attention on a batch of two sentences: split, attend, join and project."""

import numpy as np

rng = np.random.default_rng(15)
B, T, D, heads = 2, 3, 4, 2
x, y = rng.normal(size=(B, T, D)), rng.normal(size=(B, T, D))
Wq, Wk, Wv, Wo = rng.normal(size=(4, D, D))
scale = 1 / np.sqrt(D // heads)
future = np.triu(np.ones((T, T)), 1) * -1e9


def split(a):
    return a.reshape(B, T, heads, -1).transpose(0, 2, 1, 3)


def join(a):
    return a.transpose(0, 2, 1, 3).reshape(B, T, D)


# forward
Q, K, V = split(x @ Wq), split(x @ Wk), split(x @ Wv)
S = Q @ K.transpose(0, 1, 3, 2) * scale + future
E = np.exp(S - S.max(axis=-1, keepdims=True))
P = E / E.sum(axis=-1, keepdims=True)
joined = join(P @ V)
out = joined @ Wo
loss = 0.5 * np.sum((out - y) ** 2)

# backward
dout = out - y
dWo = joined.reshape(-1, D).T @ dout.reshape(-1, D)
dheads = split(dout @ Wo.T)
dV = P.transpose(0, 1, 3, 2) @ dheads
dP = dheads @ V.transpose(0, 1, 3, 2)
dS = P * (dP - np.sum(dP * P, axis=-1, keepdims=True)) * scale
dQ, dK = dS @ K, dS.transpose(0, 1, 3, 2) @ Q
dWq, dWk, dWv = (np.einsum("btd,bte->de", x, join(d)) for d in (dQ, dK, dV))
dx = join(dQ) @ Wq.T + join(dK) @ Wk.T + join(dV) @ Wv.T
