"""Two of the four gradients below are not what they should be: one is wrong, and one is right by luck.

The program runs, prints a loss that falls, and every shape fits. Try to find both before asking:

    chainrule check --example two_mistakes
"""

import numpy as np


def relu(z):
    return np.maximum(0, z)


# three rows: hours of sun and of rain, and how much a plant grew
X = np.array([[1.0, 2.0], [3.0, 1.0], [2.0, 4.0]])
Y = np.array([[1.5], [2.5], [3.0]])
N = len(X)

W1 = np.array([[0.4, 0.1, 0.3], [0.2, 0.5, 0.1]])
b1 = np.array([0.1, 0.2, 0.3])
W2 = np.array([[0.6], [-0.3], [0.8]])
b2 = np.array([0.1])
learning_rate = 0.01

# forward
Z1 = X @ W1 + b1
H = relu(Z1)
P = H @ W2 + b2
loss = np.mean((P - Y) ** 2)
print(f"loss before: {loss:.6f}")

# backward
dP = 2 * (P - Y) / N
dW2 = Z1.T @ dP
db2 = np.sum(dP, axis=0)
dZ1 = (dP @ W2.T) * (Z1 > 0)
dW1 = X.T @ dZ1
db1 = np.sum(dZ1, axis=1)

# one step of gradient descent
W1 = W1 - learning_rate * dW1
b1 = b1 - learning_rate * db1
W2 = W2 - learning_rate * dW2
b2 = b2 - learning_rate * db2

print(f"loss after:  {np.mean((relu(X @ W1 + b1) @ W2 + b2 - Y) ** 2):.6f}")
