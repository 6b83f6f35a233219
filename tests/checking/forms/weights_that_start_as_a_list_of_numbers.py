import numpy as np
rng = np.random.default_rng(0)
X, y = rng.random((20, 3)), rng.integers(0, 2, 20)
w = [0.1, -0.2, 0.3]
b = 0
for epoch in range(3):
    p = 1 / (1 + np.exp(-(np.dot(X, w) + b)))
    loss = -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))
    dw = np.dot(X.T, y - p) / len(y)  # off by a factor
    db = np.mean(p - y)  # right
    w -= 0.01 * dw
    b -= 0.01 * db
    print(loss)
