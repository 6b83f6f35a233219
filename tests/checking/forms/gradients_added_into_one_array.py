import numpy as np
np.random.seed(0)
X = np.random.randn(3, 2, 2); R = np.random.randn(3, 2, 2); W = np.random.randn(2, 2); U = np.random.randn(2, 2)

for it in range(2):
    H = np.zeros((3, 2, 2))
    for t in range(3):
        H[t] = np.tanh(X[t].dot(W) + (H[t - 1].dot(U) if t > 0 else 0))
    loss = 0.5 * np.sum((H - R) ** 2)
    dH = H - R  # right
    dW = np.zeros(W.shape); dU = np.zeros(U.shape)
    for t in reversed(range(3)):
        dz = (1 - H[t] ** 2) * dH[t]
        dW += X[t].T.dot(dz)  # right
        if t > 0:
            dU += H[t - 1].T.dot(dz)  # right
            dprev = dz.dot(U.T)
            dH[t - 1] += dprev  # cannot tell
    W -= 0.1 * dW
    U -= 0.1 * dU
