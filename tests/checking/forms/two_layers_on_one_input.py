import numpy as np
np.random.seed(0)
A = np.random.randn(5, 3); Y = np.random.randn(5, 2)
W0 = np.random.randn(3, 4); W1 = np.random.randn(4, 2); W2 = np.random.randn(4, 2)

def fc_forward(X, W):
    return X @ W, (W, X)

def fc_backward(dout, cache):
    W, h = cache
    dW = h.T @ dout
    dX = dout @ W.T  # off by a factor, off by a factor
    return dX, dW

for epoch in range(3):
    X, c0 = fc_forward(A, W0)
    a, c1 = fc_forward(X, W1)
    b, c2 = fc_forward(X, W2)
    s = 1 / (1 + np.exp(-b))
    loss = 0.5 / 5 * np.sum((a * s - Y) ** 2)
    do = a * s - Y
    dX1, dW1 = fc_backward(do * s, c1)  # off by a factor
    dX2, dW2 = fc_backward(do * a * s * (1 - s), c2)  # off by a factor
    dX = dX1 + dX2  # off by a factor
    _, dW0 = fc_backward(dX, c0)  # off by a factor
    W0 -= 0.1 * dW0
    W1 -= 0.1 * dW1
    W2 -= 0.1 * dW2
