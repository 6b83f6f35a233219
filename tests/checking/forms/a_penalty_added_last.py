import numpy as np
rng = np.random.default_rng(0)
W = rng.normal(size=3); X = rng.normal(size=(5, 3))
loss = np.sum((X @ W) ** 2)
dW = X.T @ (2 * X @ W)
loss /= 5
dW /= 5
dW += 0.2 * W  # right
loss += 0.1 * np.sum(W * W)
W += -0.1 * dW
print(loss)
