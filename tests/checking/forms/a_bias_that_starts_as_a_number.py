import numpy as np
rng = np.random.default_rng(0)
X = rng.random((4, 6)); Y = np.array([[0, 1, 1, 0, 1, 0]]); m = 6
W, b = rng.normal(size=(1, 4)), 0
for i in range(4):
    A = 1 / (1 + np.exp(-(W @ X + b)))
    cost = -(1 / m) * np.sum(Y * np.log(A) + (1 - Y) * np.log(1 - A))
    dw = (1 / m) * np.matmul(A - Y, X.T)  # right
    db = (1 / m) * np.sum(A - Y, axis=1, keepdims=True)  # right
    W = W - 0.5 * dw
    b = b - 0.5 * db
    print(cost)
