import numpy as np
rng = np.random.default_rng(0)
w = rng.normal(size=(4, 2)); X = rng.normal(size=(5, 3)); T = rng.normal(size=(5, 2))
for epoch in range(3):
    O = X @ w[:-1, :] + w[-1, :]
    d = O - T
    w[:-1, :] -= 0.1 * np.dot(X.T, d)  # right
    w[-1, :] -= 0.1 * np.sum(d, axis=0)  # right
    loss = 0.5 * np.sum(d ** 2)
    print(loss)
