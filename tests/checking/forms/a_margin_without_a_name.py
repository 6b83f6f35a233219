import numpy as np

X = np.array([[1.0, 2.0], [-1.0, 0.5], [2.0, -1.0]])
y = np.array([1, -1, 1])
w = np.array([0.3, -0.2])
for epoch in range(2):
    total = 0.0
    for x_i, y_i in zip(X, y):
        total += max(0, 1 - y_i * np.dot(x_i, w))
        if y_i * np.dot(x_i, w) < 1:
            w -= 0.01 * (-x_i * y_i)  # right
    print(total)
