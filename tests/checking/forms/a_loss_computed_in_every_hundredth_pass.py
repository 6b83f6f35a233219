import numpy as np
rng = np.random.default_rng(1)
X, y = np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), np.array([[0], [1], [1], [0]])
W = rng.random((2, 1))
def train(epochs, rate):
    global W
    for epoch in range(epochs):
        out = 1 / (1 + np.exp(-np.dot(X, W)))
        error = y - out
        W += X.T.dot(error * out * (1 - out)) * rate  # off by a factor
        if (epoch + 1) % 100 == 0:
            loss = np.mean(np.square(error))
            print(epoch, loss)
train(300, 0.1)
