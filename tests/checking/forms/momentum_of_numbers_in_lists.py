"""A neuron of plain numbers in lists; its bias is stepped as if its input were its own sigmoid."""

import math
import random

random.seed(0)


class Neuron:
    def __init__(self):
        self.w = [random.random() for _ in range(2)]
        self.b = [0.3]
        self.last = [0.0, 0.0]

    def forward(self, x):
        self.x = x
        self.a = 1 / (1 + math.exp(-(self.w[0] * x[0] + self.w[1] * x[1] + self.b[0])))
        self.a_of_b = 1 / (1 + math.exp(-self.b[0]))
        return self.a

    def backward(self, target, rate, momentum):
        delta = (target - self.a) * self.a * (1 - self.a)
        for i in range(2):
            change = delta * self.x[i]  # right, right
            self.w[i] = self.w[i] + rate * change + momentum * self.last[i]
            self.last[i] = change
        self.b[0] = self.b[0] + rate * delta * self.a_of_b + momentum * 0.0  # wrong
        return 0.5 * (target - self.a) ** 2


neuron = Neuron()
for step in range(20):
    error = 0.0
    for x, target in [([0, 1], 1), ([1, 1], 0)]:
        neuron.forward(x)
        error = error + neuron.backward(target, 0.5, 0.1)
    print(error)
