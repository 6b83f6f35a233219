"""The second weights are made smaller, and no penalty of them is in the loss."""

import numpy as np
rng = np.random.default_rng(0)
X, t = rng.normal(size=(8, 3)), rng.normal(size=(8, 1))
W1, W2 = rng.normal(size=(3, 4)), rng.normal(size=(4, 1))
reg = 1e-2
h = np.maximum(0, X @ W1)
o = h @ W2
loss = 0.5 * np.sum((o - t) ** 2) + 0.5 * reg * np.sum(W1 * W1)
dscores = o - t
dW2 = h.T @ dscores
dhidden = dscores @ W2.T
dhidden[h <= 0] = 0
dW1 = X.T @ dhidden
dW2 += reg * W2  # wrong
dW1 += reg * W1  # right
W1 += -0.1 * dW1
W2 += -0.1 * dW2
print(loss)
