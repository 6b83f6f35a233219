import numpy as np
rng = np.random.default_rng(0)

class Head:
    def __init__(self, size, mask_of):
        self.data = rng.normal(size=(size, size))
        self.mask_of = mask_of
        self.mask = None

    def forward(self, x):
        self.x = x
        self.q = x @ self.data
        scores = self.q @ x.swapaxes(-1, -2)
        self.mask = self.mask_of(scores.shape)
        scores[self.mask == 0] = -1e11
        e = np.exp(scores - scores.max(axis=-1, keepdims=True))
        self.p = e / e.sum(axis=-1, keepdims=True)
        return self.p @ x

    def backward(self, dout):
        dp = dout @ self.x.swapaxes(-1, -2)  # right
        ds = self.p * (dp - np.sum(dp * self.p, axis=-1, keepdims=True))
        ds = self.mask * ds
        self.grad = np.sum(self.x.swapaxes(-1, -2) @ (ds @ self.x), axis=0)  # right

x = rng.normal(size=(2, 3, 4)); y = rng.normal(size=(2, 3, 4))
head = Head(4, lambda shape: np.tril(np.ones(shape)))
out = head.forward(x)
loss = 0.5 * np.sum((out - y) ** 2)
head.backward(out - y)
