"""`self.loss` is an array, one number for each output: its sum is meant."""

import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def slope(x):
    return sigmoid(x) * (1 - sigmoid(x))


class Net:
    def __init__(self, x, y):
        self.x, self.y = x, y
        self.w = np.random.rand(x.shape[1], 1)
        self.b = np.zeros((1, 1))

    def forward(self):
        self.z = self.x @ self.w + self.b
        self.output = sigmoid(self.z)
        self.loss = (self.y - self.output) ** 2

    def back(self, rate):
        d_w = self.x.T @ (2 * (self.y - self.output) * slope(self.output))  # wrong
        d_b = np.sum(2 * (self.y - self.output) * slope(self.z))  # right
        self.w += rate * d_w
        self.b += rate * d_b


np.random.seed(0)
X = np.random.randn(8, 2)
net = Net(X, (X[:, :1] > 0).astype(float))
for _ in range(3):
    net.forward()
    net.back(0.1)
