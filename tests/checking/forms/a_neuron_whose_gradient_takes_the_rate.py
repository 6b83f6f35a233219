"""One neuron of plain numbers; its gradient is multiplied by the learning rate before the steps."""

import math


def sigmoid(x):
    return 1 / (1 + math.exp(-x))


x, t, lr = [0.5, -1.0], 1.0, 0.1
w, b = [0.3, 0.7], 0.2
for epoch in range(3):
    o = sigmoid(w[0] * x[0] + w[1] * x[1] + b)
    gradient = (t - o) * o * (1 - o)  # right
    gradient = gradient * lr
    w[0] += gradient * x[0]  # right
    w[1] += gradient * x[1]  # right
    b += gradient
    print(o)
