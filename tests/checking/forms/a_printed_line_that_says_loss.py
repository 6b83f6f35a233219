import numpy as np
rng = np.random.default_rng(1)
X = rng.normal(size=(6, 3)); y = (rng.random((6, 1)) > 0.5) * 1.0
w = rng.normal(size=(3, 1))
for epoch in range(3):
    out = 1 / (1 + np.exp(-(X @ w)))
    error = np.mean((out - y) ** 2)
    print(f"epoch {epoch} loss {-np.mean(y * np.log(out) + (1 - y) * np.log(1 - out))}")
    d_w = X.T @ (out - y) / 6  # right
    w -= 0.1 * d_w
