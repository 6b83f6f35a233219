"""Batches of a table of pandas, cut by a number that grows."""

import numpy as np
import pandas as pd
rng = np.random.default_rng(0)
df = pd.DataFrame(rng.normal(size=(6, 3)))
X = df.drop(columns=[0])
y = np.array([0, 1, 1, 0, 1, 0])
def batches(size):
    upto, out = size, []
    for step in range(3):
        out.append((X[(upto - size):upto], y[(upto - size):upto]))
        upto += size
    return out
w = np.zeros(2)
for xb, yb in batches(2):
    p = 1 / (1 + np.exp(-np.dot(xb, w)))
    loss = -np.mean(yb * np.log(p) + (1 - yb) * np.log(1 - p))
    dw = np.dot(xb.T, p - yb) / len(yb)  # right
    w = w - 0.1 * dw
    print(loss)
