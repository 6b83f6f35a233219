"""The bias is w[-1], stepped 99 times too far."""

from math import exp
data = [[2.7, 2.5, 1.0, 0], [1.4, 2.3, -1.0, 0], [7.6, 2.7, 0.5, 1], [5.3, 2.0, 0.3, 1]]
w = [0.1, -0.2, 0.3, 0.05]
for epoch in range(5):
    total = 0
    for row in data:
        z = w[-1]
        for j in range(3):
            z += w[j] * row[j]
        out = 1 / (1 + exp(-z))
        total += (row[-1] - out) ** 2
        delta = (row[-1] - out) * out * (1 - out)
        for j in range(3):
            w[j] += 0.5 * delta * row[j]  # right, right, right
        w[-1] += 0.5 * delta * 99  # off by a factor
    print(total)
