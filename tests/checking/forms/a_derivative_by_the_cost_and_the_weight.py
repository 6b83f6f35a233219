"""`dcost_w2` is ∂cost/∂w2, and nothing is stepped with it."""

import numpy as np

def sigmoid(x):
    return 1 / (1 + np.exp(-x))

w1, w2, b = 0.3, -0.4, 0.1
for x1, x2, t in [(1, 0.5, 1), (0.2, 0.8, 0)] * 20:
    out = w1 * x1 + w2 * x2 + b
    pred = sigmoid(out)
    cost = (pred - t) ** 2
    dcost_pred = 2 * (pred - t)  # right
    dpred_out = pred * (1 - pred)
    dcost_w1 = dcost_pred * dpred_out * x1  # right
    dcost_w2 = dcost_pred * dpred_out * x2 * 3  # off by a factor
    dcost_b = dcost_pred * dpred_out  # right
    w1 -= 0.1 * dcost_w1
    b -= 0.1 * dcost_b
print(w1, w2, b)
