"""A log-likelihood is climbed, and the hidden weights with it, but with W2 after its step."""

import numpy as np
rng = np.random.default_rng(0)
X, T = rng.normal(size=(9, 2)), np.eye(3)[rng.integers(0, 3, size=9)]
W1, W2 = rng.normal(size=(2, 4)), rng.normal(size=(4, 3))
def forward(X, W1, W2):
    Z = 1 / (1 + np.exp(-X.dot(W1)))
    E = np.exp(Z.dot(W2))
    return E / E.sum(axis=1, keepdims=True), Z
def derivative_w1(X, Z, T, Y, W2):
    dz = (T - Y).dot(W2.T) * Z * (1 - Z)  # wrong
    return X.T.dot(dz)  # wrong
for i in range(5):
    Y, Z = forward(X, W1, W2)
    likelihood = (T * np.log(Y)).sum()
    print(likelihood)
    W2 += 0.01 * Z.T.dot(T - Y)  # right
    W1 += 0.01 * derivative_w1(X, Z, T, Y, W2)
