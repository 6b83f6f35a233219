import numpy as np
rng = np.random.RandomState(1)
X = rng.randn(6, 2)
Y = np.eye(2)[[0, 1, 1, 0, 1, 0]]
class Net:
    def __init__(self):
        self.lam = 0.01
        self.w = rng.normal(0, 0.1, (2, 2))
    def forward(self, X):
        return 1 / (1 + np.exp(-np.dot(X, self.w)))
    def cost(self, Y, out):
        return np.sum(-Y * np.log(out) - (1 - Y) * np.log(1 - out)) + self.lam * np.sum(self.w ** 2)
    def fit(self, X, Y):
        for epoch in range(3):
            for s in range(0, 6, 3):
                out = self.forward(X[s:s + 3])
                delta_w = np.dot(X[s:s + 3].T, out - Y[s:s + 3]) + self.lam * self.w  # wrong
                self.w -= 0.1 * delta_w
            cost = self.cost(Y, self.forward(X))
            print(cost)
Net().fit(X, Y)
