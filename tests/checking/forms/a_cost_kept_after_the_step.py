import numpy as np
rng = np.random.default_rng(49)
X, y = rng.normal(size=(9, 3)), rng.normal(size=9)
theta, J_hist = np.zeros(3), []
def J(theta):
    return np.sum((X @ theta - y) ** 2) / 18 + 0.05 * np.sum(np.abs(theta))
for k in range(5):
    grad = X.T @ (X @ theta - y) / 9 + 0.05 * np.sign(theta)  # right
    theta = theta - 0.1 * grad
    J_hist.append(J(theta))
