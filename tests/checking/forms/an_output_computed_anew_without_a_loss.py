"""No loss is computed; the second line computes the output from a slope that was stepped in the first."""

import numpy as np
x = np.array([1.0, 2.0, 3.0, 4.0])
y, m, b = 3 * x + 1, 0.5, 0.1
for i in range(9):
    m = m - 0.01 * np.sum((m * x + b - y) * x)  # right
    b = b - 0.01 * np.sum(m * x + b - y)  # wrong
