import numpy as np
rng = np.random.default_rng(0)
X = rng.normal(size=(6, 3)); Y = np.eye(2)[[0, 1, 0, 1, 1, 0]]
W = np.zeros((3, 2))
for i in range(3):
    P = 1 / (1 + np.exp(-X @ W))
    loss = -np.mean(Y * np.log(P) + (1 - Y) * np.log(1 - P)) * 2
    for k in range(2):
        dW = X.T @ (P[:, k] - Y[:, k]) / 6  # right, right
        W[:, k] -= 0.1 * dW
    print(loss)
