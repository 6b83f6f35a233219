import numpy as np
X = np.array([1., 2., 3., 4.]); y = 2 * X + 1
theta = np.array([0.1, 0.2])
for i in range(3):
    p = theta[0] + theta[1] * X
    loss = np.mean((p - y) ** 2) / 2
    d0 = np.mean(p - y); d1 = np.mean((p - y) * X)  # right, right
    theta[0] = theta[0] - 0.1 * d0
    theta[1] = theta[1] - 0.1 * d1
    print(loss)
