import numpy as np
rng = np.random.default_rng(0)
def clip(values, limit=1.0):
    values[values > limit] = limit
    values[values < -limit] = -limit
    return values
W, x, t = rng.normal(size=(3, 2)), rng.normal(size=(5, 3)), rng.normal(size=(5, 2)) * 9
for i in range(3):
    y = x @ W
    loss = np.sum((y - t) ** 2) / 2
    dW = x.T @ (y - t)  # right
    dW = clip(dW)
    W -= 0.001 * dW
