import numpy as np

xs, ys = np.array([[1.0, 0.5], [-0.5, 2.0]]), np.array([[0.5, -0.5], [0.1, 0.9]])
Wx, Wh = np.array([[0.3, -0.2], [0.8, 0.1]]), np.array([[0.5, -0.4], [0.2, 0.6]])

hs, loss = [np.zeros(2)], 0.0
for x, y in zip(xs, ys):
    hs.append(np.tanh(Wx @ x + Wh @ hs[-1]))
    loss = loss + 0.5 * np.sum((hs[-1] - y) ** 2)

dWx, dWh = np.zeros((2, 2)), np.zeros((2, 2))
for t in reversed(range(2)):
    dz = (hs[t + 1] - ys[t]) * (1 - hs[t + 1] ** 2)
    dWx += np.outer(dz, xs[t])
    dWh += np.outer(dz, hs[t])
