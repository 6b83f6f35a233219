import numpy as np
np.random.seed(0)
X = np.random.randn(4, 1, 3); y = np.random.randn(4, 3); W = np.random.randn(3, 3)
for e in range(2):
    a = X[:, 0, :] @ W
    loss = np.mean((a - y) ** 2)
    dW = X[:, 0, :].T @ (a - y)  # off by a factor
    grads = {'W': dW}
    for k, v in grads.items():
        grads[k] = np.clip(v, -5, 5)
    W -= 0.1 * grads['W']
