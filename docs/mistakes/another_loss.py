import numpy as np

X, y = np.array([[0.0, 1.0], [1.0, 0.5], [1.0, 1.0]]), np.array([[1.0], [0.0], [1.0]])
W = np.array([[0.3], [-0.2]])

for epoch in range(10):
    out = 1 / (1 + np.exp(-X @ W))
    mse = np.mean((out - y) ** 2)
    print(mse)
    dW = X.T @ (out - y)
    W -= 0.5 * dW
