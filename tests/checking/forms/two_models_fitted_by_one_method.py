import numpy as np
rng = np.random.default_rng(0)
class Base:
    def fit(self, X, y):
        self.w = np.zeros(X.shape[1])
        for _ in range(3):
            p = self.f(X, self.w)
            dw = np.dot(X.T, p - y) / len(X)  # cannot tell, right
            self.w -= 0.1 * dw
class Linear(Base):
    def f(self, X, w): return np.tanh(np.dot(X, w))     
class Logistic(Base):
    def f(self, X, w): return 1 / (1 + np.exp(-np.dot(X, w)))
X = rng.normal(size=(8, 3))
Linear().fit(X, X @ [1., 2., 3.])
Logistic().fit(X, (X @ [1., 2., 3.] > 0).astype(int))
