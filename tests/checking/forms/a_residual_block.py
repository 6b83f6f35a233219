import numpy as np
np.random.seed(0)

class Linear:
    def __init__(self, n):
        self.W = np.random.randn(n, n) * 0.3
    def forward(self, x):
        self.x = x
        return x @ self.W
    def backward(self, grad):
        self.dW = self.x.T @ grad  # right, right
        return grad @ self.W.T  # right

class Residual:
    def __init__(self, n):
        self.lin = Linear(n)
        self.last = Linear(n)
    def forward(self, x):
        out = self.lin.forward(x)
        return self.last.forward(x + out)
    def backward(self, grad):
        grad = self.last.backward(grad)
        dx = self.lin.backward(grad)
        return grad + dx

x = np.random.randn(4, 3)
target = np.random.randn(4, 3)
net = Residual(3)
for epoch in range(3):
    y = net.forward(x)
    loss = np.mean((y - target) ** 2)
    net.backward(2 * (y - target) / y.size)
    net.lin.W -= 0.1 * net.lin.dW
    net.last.W -= 0.1 * net.last.dW
