"""`h_prev = h` carries the state; no array of data is in it."""

import numpy as np
np.random.seed(0)
inputs, targets = [0, 1, 2, 0], [1, 2, 0, 1]
def one_hot(i):
    v = np.zeros(3)
    v[i] = 1
    return v
Wxh, Whh, Why = (np.random.randn(*s) * 0.5 for s in ((4, 3), (4, 4), (3, 4)))
for epoch in range(5):
    h_prev = np.zeros(4)
    hs, ps, losses = [], [], []
    for t in range(4):
        h = np.tanh(Wxh @ one_hot(inputs[t]) + Whh @ h_prev)
        e = np.exp(Why @ h)
        p = e / np.sum(e)
        losses.append(-np.log(p[targets[t]]))
        hs.append(h)
        ps.append(p)
        h_prev = h
    total_loss = np.mean(losses)
    dWxh, dWhh, dWhy = np.zeros_like(Wxh), np.zeros_like(Whh), np.zeros_like(Why)
    d_next = np.zeros(4)
    for t in reversed(range(4)):
        h_before = hs[t - 1] if t > 0 else np.zeros(4)
        d_o = ps[t] - one_hot(targets[t])
        dWhy += np.outer(d_o, hs[t])  # off by a factor
        d_h = (Why.T @ d_o + Whh.T @ d_next) * (1 - hs[t] ** 2)  # off by a factor
        dWxh += np.outer(d_h, one_hot(inputs[t]))  # off by a factor
        dWhh += np.outer(d_h, h_before)  # off by a factor
        d_next = d_h
    Wxh -= 0.1 * dWxh
    Whh -= 0.1 * dWhh
    Why -= 0.1 * dWhy
    print(total_loss)
