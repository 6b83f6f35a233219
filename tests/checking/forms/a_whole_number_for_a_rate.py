"""The learning rate is handed in as the whole number 2."""

import numpy as np
np.random.seed(1)
X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
y = np.array([[0], [1], [1], [1]])
w = np.random.rand(2, 1)
def train(w, epochs, rate):
    for epoch in range(epochs):
        out = 1 / (1 + np.exp(-X @ w))
        delta = (y - out) * out * (1 - out)
        w += X.T.dot(delta) * rate  # off by a factor
        loss = np.mean(np.square(y - out))
        print(loss)
train(w, 20, 2)
