import numpy as np

rng = np.random.default_rng(0)
X, y = rng.normal(size=(6, 2)), rng.normal(size=(6, 1))
params = {'W': rng.normal(size=(2, 1)), 'b': np.zeros(1)}
m, v = {}, {}
for t in range(1, 6):
    err = X @ params['W'] + params['b'] - y
    loss = np.mean(err ** 2)
    grads = {'W': 2 * X.T @ err / 6, 'b': 2 * err.mean(axis=0)}  # right, right
    for k in params:
        m[k] = 0.9 * m.get(k, 0) + 0.1 * grads[k]
        v[k] = 0.999 * v.get(k, 0) + 0.001 * grads[k] ** 2
        params[k] -= 0.01 * (m[k] / (1 - 0.9 ** t)) / (np.sqrt(v[k] / (1 - 0.999 ** t)) + 1e-8)
