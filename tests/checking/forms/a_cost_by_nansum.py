import numpy as np
np.random.seed(0)
X = np.random.randn(5, 3); Y = np.array([[1.], [0], [1], [0], [1]]); W = np.random.randn(3, 1)
for i in range(2):
    A = 1 / (1 + np.exp(-(X @ W)))
    logprobs = np.multiply(-np.log(A), Y) + np.multiply(-np.log(1 - A), 1 - Y)
    cost = 1. / 5 * np.nansum(logprobs)
    dW = 1. / 5 * X.T @ (A - Y)  # right
    W -= 0.1 * dW
