import numpy as np

z, y = np.array([0.5, -1.0, 0.2]), np.array([0.0, 1.0, 0.0])

p = np.exp(z) / np.sum(np.exp(z))
loss = 0.5 * np.sum((p - y) ** 2)

dp = p - y
dz = dp * p * (1 - p)
