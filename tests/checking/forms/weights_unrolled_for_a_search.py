"""A search knows one row of numbers: the network takes its weights from it, and puts their gradients into one."""

import numpy as np
from scipy import optimize
rng = np.random.default_rng(0)
X, y = rng.normal(size=(6, 3)), rng.uniform(size=(6, 1))
class Network:
    def __init__(self):
        self.W1, self.W2 = rng.normal(size=(3, 4)), rng.normal(size=(4, 1))
    def put(self, params):
        self.W1, self.W2 = np.reshape(params[:12], (3, 4)), np.reshape(params[12:], (4, 1))
    def forward(self):
        self.a2 = np.tanh(X @ self.W1)
        return self.a2 @ self.W2
    def costPrime(self):
        d3 = self.forward() - y
        dJdW2 = self.a2.T @ d3  # right
        dJdW1 = X.T @ (d3 @ self.W2.T * (1 - self.a2 ** 2))  # right
        return np.concatenate((dJdW1.ravel(), dJdW2.ravel()))  # right
    def costWrapper(self, params):
        self.put(params)
        return 0.5 * np.sum((y - self.forward()) ** 2), self.costPrime()
net = Network()
start = np.concatenate((net.W1.ravel(), net.W2.ravel()))
res = optimize.minimize(net.costWrapper, start, jac=True, method="BFGS", options={"maxiter": 3})
net.put(res.x)
print(net.forward())
