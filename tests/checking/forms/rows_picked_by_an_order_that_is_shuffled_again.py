"""The array that picks the rows is shuffled in place in the next epoch: what was picked before stays what it was."""

import numpy as np
np.random.seed(0)
X, Y = np.random.randn(8, 2), np.random.randint(0, 3, 8)
W = np.random.randn(3, 2)
order = np.arange(8)
for epoch in range(3):
    np.random.shuffle(order)
    X, Y = X[order], Y[order]
    total = 0
    for i in range(0, 8, 4):
        x, y = X[i : i + 4].T, Y[i : i + 4]
        p = np.exp(W @ x) / np.sum(np.exp(W @ x), axis=0)
        one_hot = np.zeros((3, 4))
        one_hot[y, np.arange(4)] = 1
        total += -np.sum(np.diag(one_hot.T @ np.log(p)))
        dW = (p - one_hot) @ x.T  # right
        W -= 0.1 * dW
    print(total)
