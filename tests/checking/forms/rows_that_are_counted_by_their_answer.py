"""Each row branches on what comes out for it, to count the right ones; elsewhere the program would branch otherwise."""

import numpy as np

np.random.seed(0)
data = np.random.randint(0, 2, (120, 9))
w, b = np.random.randn(2, 8), np.random.randn(2, 1)
for epoch in range(2):
    for batch in np.array_split(data, 4):
        sum_w, sum_b, hits = np.zeros_like(w), np.zeros_like(b), 0
        for row in batch:
            x, y = row[1:].reshape(-1, 1), row[0]
            hits = hits + 1 if np.argmax(w @ x + b) == y else hits
            a = 1 / (1 + np.exp(-(w @ x + b)))
            t = np.zeros((2, 1))
            t[y, 0] = 1
            d = (a - t) * a * (1 - a)
            sum_w = sum_w + d @ x.T
            sum_b = sum_b + d
        w = w - 0.5 * (sum_w / len(batch))  # right
        b = b - 0.5 * (sum_b / len(batch))  # right
    print(epoch, hits)
