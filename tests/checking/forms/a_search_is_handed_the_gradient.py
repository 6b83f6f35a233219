"""SciPy is handed a cost and its gradient; the search itself is nobody's to judge."""

import numpy as np
from scipy.optimize import minimize
rng = np.random.default_rng(0)
X, y = rng.normal(size=(12, 3)), rng.integers(0, 2, size=12)
def sigmoid(z):
    return 1 / (1 + np.exp(-z))
def cost(theta, X, y):
    h = sigmoid(X @ theta)
    return -np.mean(y * np.log(h) + (1 - y) * np.log(1 - h))
def gradient(theta, X, y):
    return X.T @ (sigmoid(X @ theta) - y) / len(y)  # right
found = minimize(cost, np.zeros(3), args=(X, y), jac=gradient, method="CG", options={"maxiter": 3})
print(cost(found.x, X, y))
