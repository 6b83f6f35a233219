"""A number called t is a target where an output is compared with it."""

import math
x1, t = 1, 0
w1, b, lr = 0.4, 1.3, 0.1
for step in range(20):
    z = x1 * w1 + b
    out = 1 / (1 + math.exp(-z))
    loss = 0.5 * (out - t) ** 2
    d_loss_d_w1 = out * (out * (1 - out)) * x1  # right only here
    d_loss_d_b = (out - t) * out * (1 - out)  # right
    w1 -= lr * d_loss_d_w1
    b -= lr * d_loss_d_b
print(loss)
