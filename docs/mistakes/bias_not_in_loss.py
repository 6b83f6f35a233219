import numpy as np

X, y = np.array([[0.0, 1.0], [1.0, 0.5], [1.0, 1.0]]), np.array([[1.0], [0.0], [1.0]])
W, b = np.array([[0.3], [-0.2]]), np.array([[0.1]])

for epoch in range(10):
    out = X @ W
    loss = 0.5 * np.sum((out - y) ** 2)
    dout = out - y
    dW = X.T @ dout
    db = np.sum(dout, axis=0, keepdims=True)
    W -= 0.1 * dW
    b -= 0.1 * db
