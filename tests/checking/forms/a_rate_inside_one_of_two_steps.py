"""The delta rule of an Adaline: the step of the weights has a name and the rate in it, that of the bias has neither."""

import numpy as np


class Adaline:
    def __init__(self, n):
        self.weight = [0 for _ in range(n)]
        self.bias = 0

    def train(self, rows, alpha, epochs):
        for _ in range(epochs):
            for row in rows:
                x, target = np.array(row[:-1]), row[-1]
                y = np.dot(self.weight, x) + self.bias
                delta_w = alpha * (target - y) * x  # right
                self.bias = self.bias + alpha * (target - y)  # right
                self.weight = self.weight + delta_w


rows = np.array([[1.0, 0.5, 1], [0.2, -1, -1], [-1, 0.7, -1], [-0.3, -1, 1]])
Adaline(2).train(rows, 0.1, 20)
