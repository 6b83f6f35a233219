import numpy as np
X = np.random.default_rng(0).normal(size=(6, 2)); y = X @ [1., 2.]
w = np.zeros(2); b = 0.0; lr0 = 0.1
for epoch in range(5):
    lr = lr0 / (1 + 0.01 * epoch)
    e = X @ w + b - y
    loss = np.mean(e ** 2)
    dw = 2 * X.T @ e / len(y); db = 2 * np.mean(e)  # right, right
    w -= lr * dw; b -= lr * db
    print(loss)
