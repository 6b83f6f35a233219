"""The first pass has one step in time, which shows no slip of a recurrence; the loss takes logarithms off."""

import numpy as np

np.random.seed(0)
Wxh, Whh, Why = np.random.randn(4, 3), np.random.randn(4, 4), np.random.randn(2, 4)
sentences = [([0], 1), ([1, 2, 0], 0), ([2, 1], 1), ([0, 1], 0)]
for epoch in range(3):
    loss = 0
    for words, target in sentences:
        hs = {0: np.zeros((4, 1))}
        xs = [np.eye(3)[:, [word]] for word in words]
        for t, x in enumerate(xs):
            hs[t + 1] = np.tanh(Wxh @ x + Whh @ hs[t])
        y = Why @ hs[len(xs)]
        p = np.exp(y) / np.sum(np.exp(y))
        loss -= np.log(p[target, 0])
        dy = p.copy()
        dy[target] -= 1  # right
        dWhy = dy @ hs[len(xs)].T  # right
        dWxh, dWhh = np.zeros_like(Wxh), np.zeros_like(Whh)
        dh = Why.T @ dy
        for t in reversed(range(len(xs))):
            dz = (1 - hs[t + 1] ** 2) * dh
            dWhh += dz @ hs[t].T  # wrong
            dWxh += dz @ xs[t].T  # wrong
            dh = Whh @ dz
        Why -= 0.02 * dWhy
        Whh -= 0.02 * dWhh
        Wxh -= 0.02 * dWxh
    print(epoch, loss)
