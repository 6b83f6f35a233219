import numpy as np
data = np.array([[1, 'a', 2.0], [0, 'b', 3.0], [1, 'b', 1.0]], dtype=object)
enc = {'a': 0, 'b': 1}
one_hot = np.zeros((3, 2))
for i in range(3):
    one_hot[i, enc[data[i, 1]]] = 1
X = np.delete(np.concatenate((data, one_hot), axis=1), 1, 1).astype(np.float64)
y = np.array([0, 1, 1])
w = np.zeros(4)
for e in range(2):
    p = 1 / (1 + np.exp(-X @ w))
    loss = -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))
    dw = X.T @ (p - y) / 3  # right
    w -= 0.1 * dw
