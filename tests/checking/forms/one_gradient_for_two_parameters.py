"""Both biases are stepped with one sum; it is that of the second."""

import numpy as np
rng = np.random.default_rng(0)
X = np.array([[0, 0], [0, 1], [1, 0], [1, 1.]])
y = np.array([[0], [1], [1], [0.]])
W1, W2 = rng.random((2, 2)), rng.random((2, 1))
b1, b2 = rng.random(), rng.random()
lr = 0.5

def sig(z):
    return 1 / (1 + np.exp(-z))

for step in range(50):
    h = sig(X @ W1 + b1)
    out = sig(h @ W2 + b2)
    loss = -np.sum(y * np.log(out) + (1 - y) * np.log(1 - out))
    delta = out - y
    dW1 = X.T @ (delta @ W2.T * h * (1 - h))  # right
    dW2 = h.T @ delta  # right
    s = np.sum(delta)  # right
    W1 = W1 - lr * dW1
    W2 = W2 - lr * dW2
    b2 = b2 - lr * s
    b1 = b1 - lr * s  # wrong
    print(loss)
