import numpy as np
rng = np.random.default_rng(5)
X = rng.normal(size=(9, 3)); T = rng.normal(size=(9, 1))
W = rng.normal(size=(3, 1)); lam = 0.3
n = X.shape[0]
for epoch in range(2):
    for k in range(0, 9, 3):
        x, t = X[k:k + 3], T[k:k + 3]
        o = x @ W
        dW = x.T @ (o - t) / x.shape[0] + lam / n * W  # right
        W = W - 0.1 * dW
    loss = np.sum((X @ W - T) ** 2) / (2 * n) + lam / (2 * n) * np.sum(W ** 2)
    print(loss)
