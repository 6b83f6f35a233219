import numpy as np
w = np.array([[0.3, -0.2], [0.5, 0.1]])
x, t = [1.0, 0.5], [1.0, 0.0]
for epoch in range(3):
    o = [x[0] * w[0][k] + x[1] * w[1][k] for k in range(2)]
    for j in range(2):
        for k in range(2):
            w[j][k] -= 0.5 * (o[k] - t[k]) * x[j]  # right, right, right, right
    error = 0.5 * (t[0] - o[0]) ** 2 + 0.5 * (t[1] - o[1]) ** 2
    print(error)
