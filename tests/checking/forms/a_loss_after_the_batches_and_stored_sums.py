"""The one loss that is named is a mean square, over all rows, once they have all been learned from."""

import numpy as np
np.random.seed(0)
X, t = np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), np.array([[0], [1], [1], [0]])
sig = lambda z: 1 / (1 + np.exp(-z))
class Net:
    def __init__(self):
        self.W1, self.W2 = np.random.randn(2, 2), np.random.randn(2, 1)
    def forward(self, x):
        self.z1 = np.dot(x, self.W1)
        self.a1 = sig(self.z1)
        self.z2 = np.dot(self.a1, self.W2)
        self.a2 = sig(self.z2)
        return self.a2
    def backward(self, x, y, rate):
        self.dz2 = self.a2 - y  # wrong
        self.dW2 = np.dot(self.a1.T, self.dz2) / 2  # wrong
        self.dz1 = np.dot(self.dz2, self.W2.T) * self.a1 * (1 - self.a1)  # wrong
        self.dW1 = np.dot(x.T, self.dz1) / 2  # wrong
        self.W2 -= rate * self.dW2
        self.W1 -= rate * self.dW1
net = Net()
for epoch in range(20):
    for k in range(2):
        net.forward(X[2 * k:2 * k + 2])
        net.backward(X[2 * k:2 * k + 2], t[2 * k:2 * k + 2], 0.1)
    loss = np.mean((net.forward(X) - t) ** 2)
    print(loss)
