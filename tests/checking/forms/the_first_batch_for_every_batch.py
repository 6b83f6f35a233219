import numpy as np
rng = np.random.default_rng(44)
X, y, w = rng.normal(size=(20, 4)), rng.normal(size=20), np.zeros(4)
for k in range(0, 20, 5):
    xb, yb = X[k:k + 5], y[k:k + 5]
    r = xb @ w - yb
    loss = 0.5 * np.mean(r ** 2)
    dw = X[:5].T @ r / 5  # wrong
    w -= 0.5 * dw
