import numpy as np
np.random.seed(0)
data = [(np.random.rand(3, 1), np.eye(2)[[i % 2]].T) for i in range(4)]
W = np.random.randn(2, 3); b = np.random.randn(2, 1)

def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))

for epoch in range(2):
    sum_W = 0
    sum_b = 0
    for x, y in data:
        a = sigmoid(np.dot(W, x) + b)
        delta = (a - y) * a * (1 - a)
        gradient_b = delta  # right
        gradient_W = np.dot(delta, x.T)  # right
        sum_b += gradient_b  # right
        sum_W += gradient_W  # right
    W -= 0.5 * sum_W / 4
    b -= 0.5 * sum_b / 4
