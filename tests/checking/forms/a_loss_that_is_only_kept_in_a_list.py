import numpy as np
X = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]])
y = np.array([[0], [1], [1], [0]])
rng = np.random.default_rng(4)
W0, W1 = rng.normal(size=(3, 4)), rng.normal(size=(4, 1))
losses = []
for i in range(5):
    hidden = 1 / (1 + np.exp(-X.dot(W0)))
    output = 1 / (1 + np.exp(-hidden.dot(W1)))
    error = y - output
    losses.append(np.mean(np.square(error)))
    d_output = error * output * (1 - output)  # off by a factor
    W1 += 0.5 * hidden.T.dot(d_output)  # right
    W0 += 0.5 * X.T.dot(d_output.dot(W1.T) * hidden)  # wrong
