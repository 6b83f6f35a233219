import numpy as np
X = np.random.default_rng(0).normal(size=(6, 3)); y = X @ [1., 2., 3.]
w = np.zeros(3)
for i in range(3):
    r = X @ w - y
    loss = np.mean(r ** 2)
    dw = 2 * X.T @ r / 6  # right
    np.subtract(w, 0.1 * dw, out=w)
    print(loss)
