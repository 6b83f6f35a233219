import numpy as np
w = np.random.default_rng(0).normal(size=(3, 2))
x, t = [1.0, 0.5, -0.3], [1.0, 0.0]
for epoch in range(3):
    o = [0.0, 0.0]
    for k in range(2):
        s = 0.0
        for j in range(3):
            s += x[j] * w[j][k]
        o[k] = 1 / (1 + np.exp(-s))
    error = 0.0
    for k in range(2):
        error += 0.5 * (t[k] - o[k]) ** 2
    for k in range(2):
        delta = (o[k] - t[k]) * o[k] * (1 - o[k])
        for j in range(3):
            w[j][k] -= 0.5 * (delta * x[j])  # right, right, right, right, right, right
    print(error)
