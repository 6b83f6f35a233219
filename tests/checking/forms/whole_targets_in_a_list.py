"""The first target is the number 1."""

import math
xs = [0.5, -1.2, 2.0, -3.1]
ys = [1, 0, 1, 0]
w = 0.2
for epoch in range(10):
    for x, y in zip(xs, ys):
        p = 1 / (1 + math.exp(-w * x))
        dw = (p - y) * x  # right
        w -= 0.05 * dw
print(w)
