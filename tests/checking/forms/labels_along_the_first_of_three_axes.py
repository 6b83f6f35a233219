"""One of two classes for each row and time step, along the first axis."""

import numpy as np
rng = np.random.default_rng(0)
x = rng.normal(size=(3, 4, 5))
lab = rng.integers(0, 2, (4, 5))
y = np.stack([lab == 0, lab == 1]).astype(float)
W = rng.normal(size=(2, 3))
for epoch in range(30):
    loss, dW = 0.0, np.zeros_like(W)
    for t in range(5):
        e = np.exp(W @ x[:, :, t])
        p = e / np.sum(e, axis=0, keepdims=True)
        loss -= np.sum(y[:, :, t] * np.log(p))
        dW += (p - y[:, :, t]) @ x[:, :, t].T  # right
    W -= 0.005 * dW
print(loss)
