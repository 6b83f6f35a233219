import numpy as np

X, Y = np.array([[0.0, 1.0], [1.0, 0.5]]), np.array([[1.0, 0.0], [0.0, 1.0]])
W, b = np.array([[0.3, -0.2], [0.8, 0.1]]), np.zeros(2)

z = X @ W + b
p = np.exp(z) / np.sum(np.exp(z), axis=1, keepdims=True)
loss = -np.sum(Y * np.log(p))

dz = p - Y
dW = X.T @ dz
db = np.sum(dz, axis=1)
