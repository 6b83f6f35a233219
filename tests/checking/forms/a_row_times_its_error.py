import numpy as np
X = np.array([[1., 0., 1.], [0., 1., 1.]]); Y = np.array([0., 1.]); w = np.array([0.5, 0.4, -0.7]); rate = 0.1
for e in range(2):
    for i in range(2):
        x = X[i]
        out = x.dot(w)
        loss = (Y[i] - out) ** 2
        slope = out - Y[i]
        w = w - rate * (x * slope)  # off by a factor
