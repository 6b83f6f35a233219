"""The function reads the globals X and O, and not what it is given: right as long as both are one, and then no more."""

import numpy as np
np.random.seed(0)
X = np.hstack((np.random.randn(20, 1), np.ones((20, 1))))
y = 3 * X[:, :1] + 1
O = np.random.randn(2, 1)
def cost(x, y, o):
    return 1 / (2 * len(y)) * np.sum((x.dot(o) - y) ** 2)
def grad(x, o, y):
    return 1 / len(y) * X.T.dot(X.dot(O) - y)  # cannot tell
def descend(x, y, o, lr, n):
    history = np.zeros(n)
    for i in range(n):
        o = o - lr * grad(x, o, y)
        history[i] = cost(x, y, o)
    return o, history
o, history = descend(X, y, O, 0.1, 50)
print(history[0], history[-1])
