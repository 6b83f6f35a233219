"""The learning rate goes into the gradient itself, and from there into every step; no loss is written."""

import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


rng = np.random.default_rng(0)
lr = 0.1
w1 = rng.uniform(-1, 1, (3, 2))
w2 = rng.uniform(-1, 1, (1, 3))
x = rng.normal(size=(2, 1))
t = np.array([[1.0]])
for _ in range(5):
    hidden = sigmoid(np.dot(w1, x))
    output = sigmoid(np.dot(w2, hidden))
    output_error = t - output
    output_gradient = output * (1 - output)
    output_gradient = lr * output_gradient
    output_gradient = output_error * output_gradient  # cannot tell
    hidden_error = np.dot(w2.T, output_error * output * (1 - output))
    w2_deltas = np.dot(output_gradient, hidden.T)  # right
    w2 = w2 + w2_deltas
    hidden_gradient = hidden * (1 - hidden) * lr
    hidden_gradient = hidden_gradient * hidden_error  # cannot tell
    w1_deltas = np.dot(hidden_gradient, x.T)  # right
    w1 = w1 + w1_deltas
