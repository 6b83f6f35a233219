"""What is a derivative for one product is a weight by its own name, and is stepped in place."""

import numpy as np
np.random.seed(0)
class Node:
    def __init__(self, value):
        self.value, self.grad, self.total = value, None, 0
W1, W2 = Node(np.random.randn(3, 2)), Node(np.random.randn(2, 3))
x, t = np.array([[1.0], [2.0]]), np.array([[2.0], [3.0]])
for i in range(20):
    h = Node(np.tanh(W1.value @ x))
    o = W2.value @ h.value
    loss = ((o - t) ** 2).sum()
    h.grad = W2.value
    g = 2 * (o - t)
    W2.total = 5 * g @ h.value.T  # off by a factor
    W1.total = (h.grad.T @ g * (1 - h.value ** 2)) @ x.T  # right
    for n in (W1, W2):
        n.value -= 0.01 * n.total
