import numpy as np
rng = np.random.default_rng(0)
class Net:
    def __init__(self):
        self.W = rng.normal(size=(2, 3))
    def gradient(self, x, t):
        error = self.W @ x - t
        return error @ x.T, np.mean(error ** 2)  # right
    def fit(self, X, T, highest_lr, epochs):
        lowest_lr = highest_lr / 5
        lr = lowest_lr
        increment = (highest_lr - lowest_lr) / epochs
        for i in range(epochs):
            lr += increment
            for x, t in zip(X, T):
                dW, mse = self.gradient(x, t)
                self.W = self.W - lr * dW
            print("MSE:", mse)
Net().fit([rng.normal(size=(3, 1)) for _ in range(3)], [rng.random((2, 1)) for _ in range(3)], 0.1, 2)
