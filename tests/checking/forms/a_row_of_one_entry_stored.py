import numpy as np
rng = np.random.default_rng(0)
X = rng.normal(size=(4, 1)); Y = rng.normal(size=(4, 1))
Wx = rng.normal(size=(3, 1)); Wy = rng.normal(size=(1, 3))
for epoch in range(2):
    Y_hat = np.zeros((4, 1))
    H = [np.zeros((3, 1)) for t in range(4)]
    for t, x in enumerate(X):
        H[t] = np.tanh(np.dot(Wx, x.reshape(1, 1)))
        Y_hat[t] = np.dot(Wy, H[t])
    dY = Y_hat - Y
    L = 0.5 * np.sum(dY ** 2)
    dWx = np.zeros((3, 1)); dWy = np.zeros((1, 3))
    for t in reversed(range(4)):
        dy = dY[t].reshape(1, 1)
        dWy += np.dot(H[t], dy).T  # right
        dWx += np.dot(np.dot(Wy.T, dy) * (1 - H[t] ** 2), X[t].reshape(1, 1))  # right
    Wx -= 0.1 * dWx
    Wy -= 0.1 * dWy
