"""A gradient is computed once more where w was set anew: it is of no loss of the training."""

import numpy as np
X, y = np.array([1.0, 2.0, 3.0, 4.0]), np.array([1.1, 2.3, 2.9, 4.2])
def descend(x, y, w, b, rate, times):
    for i in range(times):
        dw = np.mean((w * x + b - y) * x)  # right
        db = np.mean(w * x + b - y)  # right
        w -= rate * dw
        b -= rate * db
    return w, b
for rate in [0.01, 0.02]:
    w, b = descend(X, y, 0.0, 0.0, rate, 9)
w, b = 1.0, -2.0
dw = np.mean((w * X + b - y) * X)  # cannot tell
db = np.mean(w * X + b - y)  # cannot tell
print(dw, db)
