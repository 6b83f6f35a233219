import numpy as np
w = np.array([0.3, -0.2, 0.5]); x = np.array([1.0, 2.0, -1.0])
dw = np.zeros(3)
loss = 0.0
for i in range(3):
    if x[i] * w[i] > 0:
        loss += x[i] * w[i]
        dw[i] += x[i]
grad = dw  # right
w = w - 0.1 * grad
