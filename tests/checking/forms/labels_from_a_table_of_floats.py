import numpy as np
rng = np.random.default_rng(0)
data = np.c_[[0, 1, 2, 0, 1, 2], rng.random((6, 4))].T
Y, X = data[0], data[1:]
W = rng.random((3, 4)) - 0.5
for i in range(5):
    Z = W.dot(X); e = np.exp(Z); A = e / np.sum(e, axis=0)
    m = Y.size
    T = np.zeros((m, 3)); T[np.arange(m), Y.astype(int)] = 1
    dZ = A - T.T  # right
    dW = 1 / m * dZ.dot(X.T)  # right
    W = W - 0.1 * dW
