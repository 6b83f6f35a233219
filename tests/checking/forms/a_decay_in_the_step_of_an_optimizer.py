import numpy as np
rng = np.random.default_rng(0)
class SGD:
    def __init__(self, reg=0.01):
        self.reg = reg
    def update(self, w, grad_w):
        return w - 0.1 * (grad_w + self.reg * w)  # right
X = rng.normal(size=(5, 3)); Y = rng.normal(size=(5, 2))
w = rng.normal(size=(3, 2))
optimizer = SGD()
for i in range(3):
    out = X @ w
    loss = 0.5 * np.sum((Y - out) ** 2)
    grad_w = X.T @ (out - Y)  # right
    w = optimizer.update(w, grad_w)
