import numpy as np
rng = np.random.default_rng(0)
X = rng.normal(size=(5, 3)); y = rng.normal(size=(5, 1))
W = rng.normal(size=(3, 1))
for i in range(20):
    out = X @ W
    loss = np.sum((out - y) ** 2)
    dW = 2 * X.T @ (out - y)  # right
    W = W - 0.01 * dW

out = X @ W
loss = np.sum((out - y) ** 2)
dW = 2 * X.T @ (out - y)  # right
print(np.linalg.norm(dW))
