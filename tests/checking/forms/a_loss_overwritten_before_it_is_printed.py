import numpy as np
np.random.seed(0)
X, y, W = np.random.randn(6, 2), np.random.randn(6, 1), np.random.randn(2, 1)
def data(p, y):
    return np.mean((p - y) ** 2)
for epoch in range(20):
    p = X @ W
    loss = data(p, y) + 0.3 * np.sum(W * W)
    loss = data(p, y)
    if epoch % 10 == 0:
        print(f'loss: {loss:.3f}')
    dW = 2 * X.T @ (p - y) / len(X) + 0.6 * W  # cannot tell
    W += -0.1 * dW
