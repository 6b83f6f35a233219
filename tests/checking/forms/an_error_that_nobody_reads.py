import numpy as np
X = np.array([[0.2, 0.7], [0.9, 0.1], [0.4, 0.4]]); y = np.array([1, 0, 1])
w = np.array([0.3, -0.1])
for epoch in range(3):
    step = np.zeros(2)
    for x, t in zip(X.tolist(), y.tolist()):
        x = np.array(x)
        out = 1 / (1 + np.exp(-np.dot(x, w)))
        error = -t * np.log(out) - (1 - t) * np.log(1 - out)
        step += (t - out) * out * (1 - out) * x  # off by a factor
    w += 0.5 * step / 3
    loss = np.mean((1 / (1 + np.exp(-np.dot(X, w))) - y) ** 2)
    print(loss)
