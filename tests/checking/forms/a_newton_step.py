"""The step goes along the gradient as a matrix turns it."""

import numpy as np
rng = np.random.default_rng(0)
X = rng.normal(size=(30, 2))
y = (rng.random(30) < 0.5).astype(float)

def log_likelihood(theta):
    p = 1 / (1 + np.exp(-X @ theta))
    return np.sum(y * np.log(p) + (1 - y) * np.log(1 - p))

theta = np.zeros(2)
for i in range(10):
    g = 1 / (1 + np.exp(-X @ theta))
    gradient = X.T @ (y - g)  # right
    hessian = (X.T * g * (1 - g)) @ X
    delta = np.linalg.solve(hessian, gradient)
    theta += delta
    ll = log_likelihood(theta)
print(theta, ll)
