"""Right in the first pass only: an attribute is added to and never set back to 0."""

import math
class Neuron:
    def __init__(self, w, b):
        self.w, self.b, self.grad = w, b, 0.0
    def forward(self, x):
        self.out = 1 / (1 + math.exp(-(self.w * x + self.b)))
        return self.out
x, t = 0.5, 1.0
n = Neuron(0.3, 0.1)
for epoch in range(20):
    loss = (n.forward(x) - t) ** 2
    n.grad += 2 * (n.out - t) * n.out * (1 - n.out)  # wrong
    n.b += -0.1 * n.grad
    print(loss)
