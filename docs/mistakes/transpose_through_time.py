import numpy as np

xs, target = np.array([[1.0, 0.5], [-0.5, 2.0], [0.3, 0.1]]), np.array([0.5, -0.5])
Wx, Wh = np.array([[0.3, -0.2], [0.8, 0.1]]), np.array([[0.5, -0.4], [0.2, 0.6]])

hs = [np.zeros(2)]
for x in xs:
    hs.append(np.tanh(Wx @ x + Wh @ hs[-1]))
loss = 0.5 * np.sum((hs[-1] - target) ** 2)

dWx, dWh = np.zeros((2, 2)), np.zeros((2, 2))
dh = hs[-1] - target
for t in reversed(range(3)):
    dz = dh * (1 - hs[t + 1] ** 2)
    dWx += np.outer(dz, xs[t])
    dWh += np.outer(dz, hs[t])
    dh = Wh @ dz
