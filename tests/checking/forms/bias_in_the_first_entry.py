import numpy as np
rng = np.random.default_rng(0)
X = rng.normal(size=(6, 2)); y = np.array([1, -1, 1, 1, -1, -1])
w = np.zeros(3)
for i in range(5):
    output = X @ w[1:] + w[0]
    errors = y - output
    w[1:] += 0.01 * X.T.dot(errors)  # right
    w[0] += 0.01 * errors.sum()  # right
    cost = (errors ** 2).sum() / 2.0
    print(cost)
