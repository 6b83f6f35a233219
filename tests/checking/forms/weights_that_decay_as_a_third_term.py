"""`w = w + rate * change - rate * decay * w`, and no penalty in the loss; the second network's decay makes its weights grow."""

import numpy as np

rng = np.random.default_rng(0)
X = rng.normal(size=(6, 3))
y = rng.normal(size=(6, 2))
lr = 0.05
decay = 0.01


def train(W):
    for step in range(4):
        out = X @ W
        loss = 0.5 * np.sum((y - out) ** 2)
        change = X.T @ (y - out)
        W = W + lr * change - lr * decay * W  # right
        print(loss)


def train_wrongly(U):
    for step in range(4):
        out = X @ U
        loss = 0.5 * np.sum((y - out) ** 2)
        change = X.T @ (y - out)
        U = U + lr * change + lr * decay * U  # wrong
        print(loss)


train(rng.normal(size=(3, 2)))
train_wrongly(rng.normal(size=(3, 2)))
