import numpy as np
np.random.seed(2)
X = np.random.randn(12, 2); Y = X[:, :1] * 2 + 1
P = {"W": np.random.randn(2, 1), "b": np.zeros((1, 1))}
sums = {}
for epoch in range(5):
    out = X @ P["W"] + P["b"]
    loss = np.mean((out - Y) ** 2)
    d = 2 * (out - Y) / 12
    grads = {"dW": X.T @ d, "db": d.sum(axis=0, keepdims=True)}  # right, right
    if sums:
        sums = {k: 0.9 * sums[k] + 0.1 * g ** 2 for k, g in grads.items()}
    else:
        sums = {k: g ** 2 for k, g in grads.items()}
    P["W"] -= 0.1 * grads["dW"] / (np.sqrt(sums["dW"]) + 1e-7)
    P["b"] -= 0.1 * grads["db"] / (np.sqrt(sums["db"]) + 1e-7)
