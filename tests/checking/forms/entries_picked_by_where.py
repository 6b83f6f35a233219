"""`x[np.where(x < 0)] = 0` sets the entries that the mask `x < 0` picks, in the value that is kept too."""

import numpy as np

np.random.seed(0)
X = np.random.randn(6, 3)
y = np.random.randn(6, 2)
W1, W2 = np.random.randn(3, 4), np.random.randn(4, 2)
h = X @ W1
h[np.where(h < 0)] = 0
o = h @ W2
loss = np.sum((o - y) ** 2)
do = 2 * (o - y)  # right
dW2 = h.T @ do  # right
dh = do @ W2.T  # right
dh[np.nonzero(h <= 0)] = 0  # right
dW1 = X.T @ dh  # right
