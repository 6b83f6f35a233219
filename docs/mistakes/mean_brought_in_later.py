import numpy as np

X, Y = np.array([[0.0, 1.0, 1.0], [1.0, 0.5, 1.0]]), np.array([[1.0, 0.0, 1.0]])
W, m = np.array([[0.3, -0.2]]), 3

A = 1 / (1 + np.exp(-W @ X))
m = X.shape[1]
cost = -np.sum(Y * np.log(A) + (1 - Y) * np.log(1 - A)) / m

dZ = A - Y
dW = dZ @ X.T / m
