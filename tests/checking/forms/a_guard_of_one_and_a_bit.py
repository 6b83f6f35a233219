import numpy as np
rng = np.random.default_rng(0)
X = rng.random((4, 6)); Y = np.array([[0, 1, 1, 0, 1, 0]]); m = 6
W, b = rng.normal(size=(1, 4)), 0
for i in range(4):
    A = 1 / (1 + np.exp(-(W @ X + b)))
    cost = -(1 / m) * np.sum(Y * np.log(A) + (1 - Y) * np.log(1.0000001 - A))
    dw = (1 / m) * np.matmul(X, (A - Y).T)
    db = (1 / m) * np.sum(A - Y)  # right
    W = W - 0.5 * dw.T  # right
    b = b - 0.5 * db
    print(cost)
