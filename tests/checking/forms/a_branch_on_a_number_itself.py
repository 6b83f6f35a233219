"""Whether there is a decay is asked of the number, and so is a whole number made of a share."""

import numpy as np

np.random.seed(0)
X = np.random.randn(9, 3)
y = np.random.randn(9)
w = np.ones(3)
decay, share, rate, now = 0.01, 0.7, 0.1, 0.1
rows = int(len(X) * share)
for i in range(30):
    r = X[:rows] @ w - y[:rows]
    loss = np.mean(r**2)
    if decay:
        loss = loss + decay * np.sum(w**2)
    dw = 2 * X[:rows].T @ r / rows  # wrong
    if decay:
        dw = 2 * X[:rows].T @ r / rows + 2 * decay * w  # right
        now = rate * (1 / (1 + decay * i))
    w = w - now * dw
