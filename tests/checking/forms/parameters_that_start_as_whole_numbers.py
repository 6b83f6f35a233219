"""`m, b = 0, 0`, and data of whole numbers."""

import numpy as np

x = np.array([1, 2, 3, 4, 5])
y = np.array([3, 4, 5, 6, 7])
m, b = 0, 0
for _ in range(100):
    dm = -(2 / len(x)) * np.sum(x * (y - (m * x + b)))  # right
    db = -(2 / len(x)) * np.sum(y - (m * x + b))  # right
    m -= 0.01 * dm
    b -= 0.01 * db
print(m, b)
