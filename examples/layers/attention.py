"""One head of attention over four words: queries, keys, values, and the softmax of their scores row by row."""

import numpy as np

rng = np.random.default_rng(13)
x, y = rng.normal(size=(4, 3)), rng.normal(size=(4, 2))
Wq, Wk, Wv = rng.normal(size=(3, 3, 2))


def softmax(s):
    e = np.exp(s - s.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


# forward
Q, K, V = x @ Wq, x @ Wk, x @ Wv
S = Q @ K.T / np.sqrt(2)
P = softmax(S)
out = P @ V
loss = 0.5 * np.sum((out - y) ** 2)

# backward
dout = out - y
dV = P.T @ dout
dP = dout @ V.T
dS = P * (dP - np.sum(dP * P, axis=-1, keepdims=True))
dQ = dS @ K / np.sqrt(2)
dK = dS.T @ Q / np.sqrt(2)
dWq, dWk, dWv = x.T @ dQ, x.T @ dK, x.T @ dV
dx = dQ @ Wq.T + dK @ Wk.T + dV @ Wv.T
