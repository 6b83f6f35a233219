import numpy as np
e = 2.71828
def sigmoid(z):
    return 1 / (1 + pow(e, -z))
x, t, w = 0.7, 1.0, 0.3
for i in range(3):
    o = sigmoid(w * x)
    loss = 0.5 * (t - o) ** 2
    dw = (o - t) * o * (1 - o) * x * np.log(e)  # right
    w -= 0.5 * dw
