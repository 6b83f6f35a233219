"""The output is computed before the loop and at the end of each pass, and the loss is shown in every tenth."""

import numpy as np
rng = np.random.default_rng(0)
X, T = rng.normal(size=(8, 3)), np.array([0, 1] * 4)
w = rng.normal(size=3)
def sigmoid(z):
    return 1 / (1 + np.exp(-z))
def cross_entropy(T, Y):
    E = 0
    for i in range(len(T)):
        if T[i] == 1:
            E -= np.log(Y[i])
        else:
            E -= np.log(1 - Y[i])
    return E
Y = sigmoid(X.dot(w))
for i in range(30):
    if i % 10 == 0:
        print(cross_entropy(T, Y))
    w += 0.1 * X.T.dot(T - Y)  # right
    Y = sigmoid(X.dot(w))
