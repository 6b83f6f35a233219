import numpy as np
rng = np.random.default_rng(0)

class Model:
    def fit(self, X, y):
        m, n = X.shape
        self.w = np.zeros(n)
        self.history = []
        for _ in range(3):
            y_hat = X @ self.w
            d_w = 1 / m * X.T @ (y_hat - y)
            if self.l2 > 0:
                d_w += self.l2 / m * self.w  # cannot tell
            self.w -= 0.1 * d_w
            cost = 1 / (2 * m) * np.sum((y_hat - y) ** 2)
            if self.l2 > 0:
                cost += self.l2 / (2 * m) * np.sum(self.w**2)
            self.history.append(cost)

model = Model()
model.l2 = 0.5
model.fit(rng.normal(size=(6, 3)), rng.normal(size=6))
