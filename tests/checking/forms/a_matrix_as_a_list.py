"""The rows of a matrix are matrices again: as a list it has two axes."""

import numpy as np
X, Y = np.matrix([[0.0, 1.0], [1.0, 0.5], [1.0, 1.0]]), np.matrix([[1.0], [0.0], [1.0]])
W = np.matrix([[0.3], [-0.2]])
for i in range(9):
    E = X * W - Y
    loss = 0.5 * np.sum(np.multiply(E, E))
    dW = X.T * E  # right
    W = W - 0.1 * dW
    print(loss, W.tolist(), E.tolist()[0])
