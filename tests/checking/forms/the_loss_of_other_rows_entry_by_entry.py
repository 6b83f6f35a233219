"""Only the validation rows have a loss that is printed, entry by entry; the steps are of the training rows."""

import numpy as np
rng = np.random.default_rng(0)
X = np.c_[np.ones(30), rng.normal(size=(30, 2))]
labels = rng.integers(0, 3, size=30)
Y = np.eye(3)[labels]
X_train, Y_train, X_valid, Y_valid = X[:20], Y[:20], X[20:], Y[20:]

def softmax(Z):
    E = np.exp(Z)
    return E / E.sum(axis=1, keepdims=True)

Theta = rng.normal(size=(3, 3))
for epoch in range(101):
    P = softmax(X_train @ Theta)
    if epoch % 50 == 0:
        P_valid = softmax(X_valid @ Theta)
        losses = -(Y_valid * np.log(P_valid + 1e-5))
        print(epoch, losses.sum(axis=1).mean())
    error = P - Y_train
    gradients = 1 / len(X_train) * X_train.T @ error  # right
    Theta = Theta - 0.5 * gradients
