import numpy as np
rng = np.random.default_rng(0)
X, y, W, lam = rng.normal(size=(20, 3)), rng.normal(size=(20, 1)), rng.normal(size=(3, 1)), 0.1
def backprop(X, e):
    dW = 1 / len(X) * X.T.dot(e)  # right
    return dW
for i in range(3):
    e = X.dot(W) - y
    loss = 1 / len(X) * (np.sum(e**2) / 2 + lam / 2 * np.sum(np.square(W)))
    dW = backprop(X, e)
    dW += lam * W  # wrong
    W += -0.1 * dW
