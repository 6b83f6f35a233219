"""`*` between matrices is their product; a slice of one keeps two axes."""

import numpy as np
X = np.matrix([[0.0, 1.0], [1.0, 1.0], [2.0, 1.0]])
y = np.matrix([[0.0], [1.0], [1.0]])
def cost(beta):
    e = 1.0 / (1.0 + np.exp(-X * beta)) - y
    return (e.T * e)[0, 0]
def grad(beta):
    p = 1.0 / (1.0 + np.exp(-X * beta))
    return X.T * np.multiply(2 * (p - y), np.multiply(p, 1 - p))  # right
beta = np.matrix([[0.1], [-0.2]])
for i in range(20):
    loss = cost(beta)
    dbeta = grad(beta)
    beta = beta - 0.1 * dbeta
    print(loss)
