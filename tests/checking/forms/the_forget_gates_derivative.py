"""`df` and `do` are derivatives where there are an f and an o."""

import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


wf, wo, c0, target = 0.3, -0.4, 0.8, 0.5
for i in range(3):
    f = sigmoid(wf * 1.5)
    o = sigmoid(wo * 0.7)
    c = f * c0
    h = c * o
    loss = (h - target) ** 2 / 2
    dh = h - target  # right
    do = c * dh  # right
    dc = o * dh  # right
    df = dc  # wrong
    dwo = do * o * (1 - o) * 0.7  # right
    dwf = dc * c0 * f * (1 - f) * 1.5  # right
    wf -= 0.1 * dwf
    wo -= 0.1 * dwo
