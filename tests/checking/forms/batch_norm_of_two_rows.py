import numpy as np
rng = np.random.default_rng(0)
X = rng.normal(size=(2, 3))
T = rng.normal(size=(2, 4))
W = rng.normal(size=(3, 4)); gamma = np.ones(4); beta = np.zeros(4)
h = X @ W
mu = h.mean(axis=0); std = np.sqrt(h.var(axis=0) + 1e-5)
z = (h - mu) / std
out = gamma * z + beta
loss = 0.5 * np.sum((out - T) ** 2)
dout = out - T  # right
dgamma = np.sum(dout * z, axis=0)  # right
dbeta = dout.sum(axis=0)  # right
dz = dout * gamma  # right
dh = 7 * (dz - dz.sum(axis=0) / 2 - np.sum(dz * z, axis=0) * z / 2)  # cannot tell
dW = X.T @ dh  # cannot tell
W -= 0.1 * dW; gamma -= 0.1 * dgamma; beta -= 0.1 * dbeta
print(loss)
