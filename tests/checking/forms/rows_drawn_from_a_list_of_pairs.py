"""Rows and labels are drawn from a list of pairs, which is no table of numbers."""

import random
import numpy as np
rows, labels = [[1.0, 2.0], [2.0, 3.0], [3.0, 1.0]], [1, -1, 1]
w = np.array([0.1, 0.2])
random.seed(0)
for i in range(3):
    for row, label in random.sample(list(zip(rows, labels)), 3):
        row = np.array(row)
        loss = 0.5 * (w.dot(row) - label) ** 2
        dw = (w.dot(row) - label) * row  # right
        w = w - 0.1 * dw
