import numpy as np
rng = np.random.default_rng(0)
weights = [rng.normal(size=(4, 3)), rng.normal(size=(2, 4))]
X, Y = rng.normal(size=(6, 3)), rng.normal(size=(6, 2))
for x, y in zip(X, Y):
    h = np.tanh(weights[0] @ x)
    out = weights[1] @ h
    loss = 0.5 * np.sum((out - y) ** 2)
    delta = out - y
    for j in (1, 0):
        dLdw = np.outer(delta, h if j else x)  # right, right
        dzda = weights[j]
        if j > 0:
            delta = (dzda.T @ delta) * (1 - h**2)
        weights[j] -= 0.01 * dLdw
