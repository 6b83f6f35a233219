import numpy as np

X, Y = np.array([[0.0, 1.0], [1.0, 0.5]]), np.array([[1.0, 0.0], [0.0, 1.0]])
W = np.array([[0.3, -0.2], [0.8, 0.1]])

out = X @ W
loss = 0.5 * np.sum((out - Y) ** 2)

dout = out - Y
dW = dout.T @ X
W = W - 0.1 * dW
