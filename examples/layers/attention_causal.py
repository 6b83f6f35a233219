"""Attention with a causal mask: a word may look at itself and at those before it, and no derivative comes from later."""

import numpy as np

rng = np.random.default_rng(14)
T, d = 4, 2
Q, K, V, y = rng.normal(size=(4, T, d))
mask = np.tril(np.ones((T, T), dtype=bool))

# forward
S = np.where(mask, Q @ K.T / np.sqrt(d), -np.inf)
E = np.exp(S - S.max(axis=1, keepdims=True))
P = E / E.sum(axis=1, keepdims=True)
out = P @ V
loss = np.mean((out - y) ** 2)

# backward
dout = 2 * (out - y) / out.size
dV = P.T @ dout
dP = dout @ V.T
dS = P * (dP - (dP * P).sum(axis=1, keepdims=True))
dS = np.where(mask, dS, 0) / np.sqrt(d)
dQ = dS @ K
dK = dS.T @ Q
