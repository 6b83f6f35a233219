import numpy as np
rng = np.random.default_rng(42)
data = np.array([[0, 1, 0], [0, 0, 1], [1, 0, 0], [1, 1, 0], [1, 1, 1]])
labels = np.array([[1], [0], [0], [1], [1]])
weights, bias = rng.random((3, 1)), rng.random(1)
def sigmoid(x):
    return 1 / (1 + np.exp(-x))
for epoch in range(20):
    z = data @ weights + bias
    p = sigmoid(z)
    error = p - labels
    print(error.sum())
    change = error * sigmoid(z) * (1 - sigmoid(z))
    weights -= 0.05 * np.dot(data.T, change)  # right
    for row in change:
        bias -= 0.05 * row  # right
