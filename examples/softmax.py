"""Which of three kinds is it? One layer, a softmax and the cross-entropy, on a batch of five rows."""

import numpy as np


def softmax(scores):
    # taking each row's largest score away changes nothing but keeps exp from overflowing
    powers = np.exp(scores - np.max(scores, axis=1, keepdims=True))
    return powers / np.sum(powers, axis=1, keepdims=True)


X = np.array([[0.5, 1.2], [1.8, -0.4], [-0.7, 0.3], [2.1, 0.6], [-1.5, -0.9]])
Y = np.array([[0.0, 1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])  # one-hot
N = len(X)

W = np.array([[0.2, -0.1, 0.0], [-0.3, 0.4, 0.1]])
b = np.array([0.0, 0.1, -0.1])
learning_rate = 0.5

# forward: scores, then probabilities that sum to 1 in each row
Z = X @ W + b
P = softmax(Z)
loss = -np.sum(Y * np.log(P)) / N
print(f"loss before: {loss:.6f}")

# backward: softmax and logarithm undo each other, and "predicted minus wanted" is all that stays
dW = X.T @ (P - Y) / N
db = np.sum(P - Y, axis=0) / N

# one step of gradient descent
W = W - learning_rate * dW
b = b - learning_rate * db

P = softmax(X @ W + b)
print(f"loss after:  {-np.sum(Y * np.log(P)) / N:.6f}")
