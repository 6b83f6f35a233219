"""The line computes the output once more, from a bias that was stepped just before."""

import numpy as np
X = np.array([1.0, 2.0, 3.0, 4.0])
y, m, b = 3 * X + 1, 1.0, 0.5
for i in range(9):
    loss = np.sum((y - m * X - b) ** 2)
    slope_b = -2 * np.sum(y - m * X - b)  # right
    b = b - 0.001 * slope_b
    slope_m = -2 * np.sum((y - m * X - b) * X)  # wrong
    m = m - 0.001 * slope_m
