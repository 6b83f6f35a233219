import numpy as np
np.random.seed(0)
X = np.random.randn(5, 3); Y = np.random.randn(5, 2)
W1 = np.random.randn(3, 4); W2 = np.random.randn(4, 2)

def dropout_forward(X, p_dropout):
    u = np.random.binomial(1, p_dropout, size=X.shape) / p_dropout
    return X * u, u

for epoch in range(3):
    h = np.tanh(X @ W1)
    d, u = dropout_forward(h, 0.8)
    o = d @ W2
    loss = 0.5 * np.sum((o - Y) ** 2)
    dO = o - Y  # right
    dW2 = d.T @ dO  # right
    dW1 = X.T @ (dO @ W2.T * u * (1 - h ** 2))  # right
    W1 -= 0.1 * dW1
    W2 -= 0.1 * dW2
