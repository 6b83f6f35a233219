"""A GRU cell through three time steps: the update gate z mixes what was with what is new, the reset gate r lets it in."""

import numpy as np

rng = np.random.default_rng(12)
T, H = 3, 2
xs, ys = rng.normal(size=(T, 3)), rng.normal(size=(T, H))
Wz, Wr, Wn = rng.normal(size=(3, H, 3))
Uz, Ur, Un = rng.normal(size=(3, H, H))


def sigmoid(a):
    return 1 / (1 + np.exp(-a))


# forward
hs, gates, loss = [np.zeros(H)], [], 0.0
for t in range(T):
    z = sigmoid(Wz @ xs[t] + Uz @ hs[t])
    r = sigmoid(Wr @ xs[t] + Ur @ hs[t])
    n = np.tanh(Wn @ xs[t] + Un @ (r * hs[t]))
    hs.append((1 - z) * n + z * hs[t])
    gates.append((z, r, n))
    loss += 0.5 * np.sum((hs[t + 1] - ys[t]) ** 2)

# backward
dWz, dWr, dWn = np.zeros_like(Wz), np.zeros_like(Wr), np.zeros_like(Wn)
dUz, dUr, dUn = np.zeros_like(Uz), np.zeros_like(Ur), np.zeros_like(Un)
dnext = np.zeros(H)
for t in reversed(range(T)):
    z, r, n = gates[t]
    dh = hs[t + 1] - ys[t] + dnext
    da_n = dh * (1 - z) * (1 - n**2)
    da_z = dh * (hs[t] - n) * z * (1 - z)
    drh = Un.T @ da_n  # for r * h, the state that the reset gate lets in
    da_r = drh * hs[t] * r * (1 - r)
    dWz += np.outer(da_z, xs[t])
    dWr += np.outer(da_r, xs[t])
    dWn += np.outer(da_n, xs[t])
    dUz += np.outer(da_z, hs[t])
    dUr += np.outer(da_r, hs[t])
    dUn += np.outer(da_n, r * hs[t])
    dnext = dh * z + Uz.T @ da_z + Ur.T @ da_r + drh * r
