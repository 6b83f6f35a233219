import numpy as np

rng = np.random.default_rng(0)
W0 = rng.normal(size=(2, 3))
W = np.asmatrix(W0)
x0 = rng.normal(size=(3, 1))
x = np.asmatrix(x0)
t0 = np.asarray([[0.8], [0.4]])
t = np.asmatrix(t0)
z = np.dot(W, x)
loss = np.sum(np.power(t - z, 2))
dz = 2 * (z - t)  # right
dW = np.dot(dz, x.T)  # right
W = W - 0.1 * dW
