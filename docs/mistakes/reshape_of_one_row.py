import numpy as np

X, y = np.array([[0.5, 1.0, -0.3]]), np.array([[1.0, 0.0]])
W = np.array([[0.3, -0.2], [0.8, 0.1], [-0.5, 0.4]])

out = X @ W
loss = 0.5 * np.sum((out - y) ** 2)

dout = out - y
dW = X.reshape(3, -1) @ dout
