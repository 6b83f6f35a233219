"""`grad_W[-1]` is written, and grad_W[1] set back to 0."""

import numpy as np
rng = np.random.default_rng(0)
x, t = rng.normal(size=(6, 3)), rng.normal(size=(6, 1))

class Net:
    def __init__(self):
        self.W = [rng.normal(size=(3, 2)), rng.normal(size=(2, 1))]
        self.grad_W = [np.zeros((3, 2)), np.zeros((2, 1))]
    def forward(self, x):
        self.h = np.tanh(x @ self.W[0])
        return self.h @ self.W[1]
    def backprop(self, g):
        self.grad_W[-1] = self.h.T @ g  # right
        self.grad_W[0] = x.T @ (g @ self.W[1].T * (1 - self.h ** 2))  # right
        for i in range(2):
            self.W[i] -= 0.01 * self.grad_W[i]
            self.grad_W[i] *= 0

net = Net()
for epoch in range(5):
    o = net.forward(x)
    loss = np.sum((o - t) ** 2)
    net.backprop(2 * (o - t))
    print(loss)
