import numpy as np

X = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]])
y = np.array([[0], [1], [1], [0]])
rng = np.random.default_rng(4)
W0, W1 = rng.normal(size=(3, 4)), rng.normal(size=(4, 1))
z1 = X.dot(W0)
hidden = 1 / (1 + np.exp(-z1))
z2 = hidden.dot(W1)
output = 1 / (1 + np.exp(-z2))
error = output - y
loss = 0.5 * np.sum(error ** 2)
d_output = error * output * (1 - output)  # right
d_hidden = d_output.dot(W1.T) * hidden  # wrong
W1 -= 0.5 * hidden.T.dot(d_output)  # right
W0 -= 0.5 * X.T.dot(d_hidden)  # wrong
