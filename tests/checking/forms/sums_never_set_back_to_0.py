import numpy as np
class Linear:
    def __init__(self, n, m):
        self.W, self.b = np.random.randn(n, m), np.zeros(m)
        self.grad_W, self.grad_b = np.zeros((n, m)), np.zeros(m)
    def forward(self, x):
        self.x = x
        return x @ self.W + self.b
    def backward(self, g):
        self.grad_W += self.x.T @ g  # wrong
        self.grad_b += g.sum(axis=0)  # wrong
    def update(self, lr):
        self.W -= lr * self.grad_W
        self.b -= lr * self.grad_b
np.random.seed(42)
X = np.random.randn(24, 5); y = X[:, :2] * 2
l = Linear(5, 2)
for epoch in range(2):
    for i in range(0, 24, 8):
        out = l.forward(X[i:i + 8])
        loss = np.mean((out - y[i:i + 8]) ** 2)
        l.backward(2 * (out - y[i:i + 8]) / out.size)
        l.update(0.1)
