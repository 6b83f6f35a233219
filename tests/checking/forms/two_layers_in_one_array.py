import numpy as np
rng = np.random.default_rng(0)
X = rng.normal(size=(6, 3)); T = rng.normal(size=(6, 3))
W = rng.normal(size=(2, 3, 3))
for i in range(3):
    H = np.tanh(X @ W[0]); O = H @ W[1]
    loss = 0.5 * np.sum((O - T) ** 2)
    dO = O - T  # right
    dH = dO @ W[1].T * (1 - H ** 2)  # right
    W[1] -= 0.1 * H.T @ dO  # right
    W[0] -= 0.1 * X.T @ dH  # right
    print(loss)
