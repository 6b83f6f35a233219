"""An LSTM cell through three time steps: a gate each for forgetting, taking in and giving out, all from one product."""

import numpy as np

rng = np.random.default_rng(11)
T, H = 3, 2
xs, ys = rng.normal(size=(T, 2)), rng.normal(size=(T, H))
W, b = rng.normal(size=(4 * H, H + 2)), np.zeros(4 * H)


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


# forward
h, c, loss, cache = np.zeros(H), np.zeros(H), 0.0, []
for t in range(T):
    joined = np.concatenate([h, xs[t]])
    z = W @ joined + b
    f, i, o, g = sigmoid(z[:H]), sigmoid(z[H : 2 * H]), sigmoid(z[2 * H : 3 * H]), np.tanh(z[3 * H :])
    c_prev, c = c, f * c + i * g
    h = o * np.tanh(c)
    cache.append((joined, f, i, o, g, c_prev, c, h))
    loss += 0.5 * np.sum((h - ys[t]) ** 2)

# backward
dW, db, dh_next, dc_next = np.zeros_like(W), np.zeros_like(b), np.zeros(H), np.zeros(H)
for t in reversed(range(T)):
    joined, f, i, o, g, c_prev, c, h = cache[t]
    dh = h - ys[t] + dh_next
    dc = dh * o * (1 - np.tanh(c) ** 2) + dc_next
    df, di, do, dg = dc * c_prev, dc * g, dh * np.tanh(c), dc * i
    dz = np.concatenate([df * f * (1 - f), di * i * (1 - i), do * o * (1 - o), dg * (1 - g**2)])
    dW += np.outer(dz, joined)
    db += dz
    dh_next = (W.T @ dz)[:H]
    dc_next = dc * f
