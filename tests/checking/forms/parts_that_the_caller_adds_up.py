import numpy as np
rng = np.random.default_rng(0)

class Dense:
    def __init__(self, n):
        self.w = rng.normal(size=(n, n))

    def forward(self, x):
        self.x = x
        return x @ self.w

    def backward(self, dout):
        self.dw = self.x.T @ dout  # right, right, right
        dx = dout @ self.w.T  # cannot tell
        return dx

class Three:
    def __init__(self, n):
        self.parts = [Dense(n) for _ in range(3)]

    def forward(self, x):
        self.a, self.b, self.c = [p.forward(x) for p in self.parts]
        return self.a * self.b * self.c

    def backward(self, dout):
        ds = [dout * self.b * self.c, dout * self.a * self.c, dout * self.a * self.b]
        return np.sum([p.backward(d) for p, d in zip(self.parts, ds)], axis=0)  # right

x = rng.normal(size=(5, 3)); y = rng.normal(size=(5, 3))
net = Three(3)
out = net.forward(x)
loss = 0.5 * np.sum((out - y) ** 2)
dx = net.backward(out - y)
