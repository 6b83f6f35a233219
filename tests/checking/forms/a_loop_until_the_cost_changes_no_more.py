"""`change_cost = old_cost - cost` ends the loop, and is no loss."""

import numpy as np
rng = np.random.default_rng(0)
X, y = rng.uniform(size=(30, 3)), (rng.uniform(size=30) > 0.5) * 1.0
def cost_function(b):
    h = 1 / (1 + np.exp(-X @ b))
    return np.sum(-y * np.log(h) - (1 - y) * np.log(1 - h))
def log_gradient(b):
    final = (1 / (1 + np.exp(-X @ b)) - y) @ X  # right
    return final
beta = np.zeros(3)
cost, change_cost = cost_function(beta), 1
while change_cost > 0.001:
    old_cost = cost
    beta = beta - 0.01 * log_gradient(beta)
    cost = cost_function(beta)
    change_cost = old_cost - cost
print(beta)
