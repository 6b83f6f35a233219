import numpy as np
rng = np.random.default_rng(0)
class Net:
    def __init__(self):
        self.w0, self.w1 = rng.normal(size=(3, 3)), rng.normal(size=(3, 1))
        self.v0, self.v1 = np.zeros((3, 3)), np.zeros((3, 1))
    def forward(self, x):
        self.hidden_z = x @ self.w0
        self.hidden = 1 / (1 + np.exp(-self.hidden_z))
        self.out = self.hidden @ self.w1
    def backward(self, x, t):
        self.delta_out = 2 * (self.out - t) / len(t)
        self.err = self.delta_out @ self.w1.T
        self.d_hidden_z = self.hidden * (1 - self.hidden)  # cannot tell
        self.partial_derivatives_w0 = x.T @ (self.err * self.d_hidden_z)  # right
        self.partial_derivatives_w1 = self.hidden.T @ self.delta_out  # right
        return self.partial_derivatives_w0, self.partial_derivatives_w1
    def train(self, x, t, n):
        for i in range(n):
            self.forward(x)
            grad0, grad1 = self.backward(x, t)
            self.v0 = 0.9 * self.v0 + 0.5 * grad0
            self.w0 -= self.v0
            self.v1 = 0.9 * self.v1 + 0.5 * grad1
            self.w1 -= self.v1
            mse = np.mean(np.square(t - self.out))
Net().train(rng.random((4, 3)), rng.random((4, 1)), 3)
