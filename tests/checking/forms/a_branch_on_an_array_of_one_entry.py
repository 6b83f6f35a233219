import numpy as np
w = np.array([[0.5]]); X = np.array([[1.0], [2.0]]); y = np.array([1.0, -1.0])
loss = np.sum(np.maximum(0, 1 - y * np.dot(X, w).flatten()))
dw = np.zeros((1, 1))
for k, d in enumerate(1 - y[:, None] * np.dot(X, w)):
    if max(0, d) == 0:
        dw += 0 * w
    else:
        dw += -X[k] * y[k]  # right
