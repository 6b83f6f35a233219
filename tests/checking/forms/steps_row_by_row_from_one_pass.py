import numpy as np
rng = np.random.default_rng(0)
X = rng.normal(size=(4, 3)); y = rng.normal(size=4); w = np.zeros(3) + 0.1
for epoch in range(3):
    preds = X @ w
    loss = np.sum((preds - y) ** 2)
    for i in range(4):
        w -= 0.1 * 2 * (preds[i] - y[i]) * X[i]  # right
    print(loss)
