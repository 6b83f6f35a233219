"""The last gradient that goes back is handed to nobody; it is what the lines before it are, but for the same factor."""

import numpy as np
np.random.seed(0)
X = np.random.randn(2, 4); Y = np.array([[0, 1, 1, 0]])
W1 = np.random.randn(3, 2); W2 = np.random.randn(1, 3)

def sigmoid(z): return 1 / (1 + np.exp(-z))
def linear_backward(dZ, A_prev, W):
    m = Y.shape[1]
    dW = np.dot(dZ, A_prev.T) / m
    dA_prev = np.dot(W.T, dZ)  # right, right
    return dA_prev, dW

for i in range(3):
    m = Y.shape[1]
    Z1 = W1 @ X; A1 = np.maximum(0, Z1)
    AL = sigmoid(W2 @ A1)
    cost = (1 / m) * np.squeeze(np.dot(Y, np.log(AL).T) + np.dot(1 - Y, np.log(1 - AL).T))
    dZ2 = AL - Y
    dA1, dW2 = linear_backward(dZ2, A1, W2)  # right, right
    dZ1 = np.array(dA1, copy=True)
    dZ1[Z1 <= 0] = 0  # right
    dA0, dW1 = linear_backward(dZ1, X, W1)  # right
    W1 = W1 - 0.1 * dW1; W2 = W2 - 0.1 * dW2
