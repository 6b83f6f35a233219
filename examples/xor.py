"""Two inputs, three hidden nodes, one output, all with a sigmoid: one step on the four rows of exclusive or."""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


rng = np.random.default_rng(7)
X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
Y = np.array([[0.0], [1.0], [1.0], [0.0]])
N = len(X)

W1 = rng.normal(size=(2, 3))
b1 = np.zeros(3)
W2 = rng.normal(size=(3, 1))
b2 = np.zeros(1)
learning_rate = 0.5

# forward: rows stay rows, every layer adds a column for each of its nodes
Z1 = X @ W1 + b1
A1 = sigmoid(Z1)
Z2 = A1 @ W2 + b2
A2 = sigmoid(Z2)
loss = np.mean((A2 - Y) ** 2)
print(f"loss before: {loss:.6f}")

# backward: a sigmoid's slope is its own value times what is missing to 1
dZ2 = 2 / N * (A2 - Y) * A2 * (1 - A2)
dW2 = A1.T @ dZ2
db2 = np.sum(dZ2, axis=0)
dZ1 = dZ2 @ W2.T * A1 * (1 - A1)
dW1 = X.T @ dZ1
db1 = np.sum(dZ1, axis=0)

# one step of gradient descent
W1 = W1 - learning_rate * dW1
b1 = b1 - learning_rate * db1
W2 = W2 - learning_rate * dW2
b2 = b2 - learning_rate * db2

predicted = sigmoid(sigmoid(X @ W1 + b1) @ W2 + b2)
print(f"loss after:  {np.mean((predicted - Y) ** 2):.6f}")
