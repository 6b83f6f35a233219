"""`x.shape = (2, 1)` is the same array by the same name."""

import numpy as np
x = np.array([0.1, 0.8])
x.shape = (2, 1)
y = np.array([0, 0, 1])
y.shape = (3, 1)
W, b = np.array([[0.1, 0.3], [0.7, 0.4], [0.01, 0.02]]), np.array([0.2, 0.1, 0.4])
b.shape = (3, 1)
print(x.shape, y.shape, b.shape)
f = np.exp(W @ x + b) / np.sum(np.exp(W @ x + b))
loss = -np.sum(y * np.log(f))
dz = f - y  # right
W = W - 0.1 * dz @ x.T  # right
b = b - 0.1 * dz
print(loss)
