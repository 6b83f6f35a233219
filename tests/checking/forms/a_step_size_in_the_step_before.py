import numpy as np
rng = np.random.default_rng(0)
X = rng.normal(size=(20, 3)); y = (rng.random((20, 1)) > 0.5).astype(float)
class Model:
    def __init__(self, eta=0.005, alpha=0.001):
        self.eta, self.alpha = eta, alpha
        self.w1 = rng.normal(size=(3, 1))
    def fit(self, X, y):
        delta_w1_prev = np.zeros(self.w1.shape)
        for i in range(4):
            out = 1 / (1 + np.exp(-X @ self.w1))
            cost = -np.sum(y * np.log(out) + (1 - y) * np.log(1 - out))
            delta_w1 = self.eta * X.T @ (out - y)
            self.w1 -= (delta_w1 + (self.alpha * delta_w1_prev))  # right
            delta_w1_prev = delta_w1
            print(cost)
Model().fit(X, y)
