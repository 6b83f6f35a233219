"""Each time step is an object of its own, and one call goes back through all of them."""

import numpy as np


def squash(z):
    return 1 / (1 + np.exp(-z))


class Shared:
    def __init__(self, units, width):
        rng = np.random.default_rng(1)
        self.wg = rng.normal(size=(units, width + units)) * 0.3
        self.wi = rng.normal(size=(units, width + units)) * 0.3
        self.start_again()

    def start_again(self):
        self.dwg = np.zeros_like(self.wg)
        self.dwi = np.zeros_like(self.wi)


class Step:
    def __init__(self, shared):
        self.shared = shared

    def take(self, x, s_prev, h_prev):
        self.s_prev = s_prev
        self.xc = np.hstack((x, h_prev))
        self.g = np.tanh(self.xc @ self.shared.wg.T)
        self.i = squash(self.xc @ self.shared.wi.T)
        self.s = self.g * self.i + s_prev
        self.h = np.tanh(self.s)

    def give_back(self, from_h, from_s):
        ds = from_h * (1 - self.h**2) + from_s  # right
        di = self.g * ds  # right
        dg = self.i * ds  # right
        into_i = di * self.i * (1 - self.i)
        into_g = dg * (1 - self.g**2)
        self.shared.dwi += into_i.T @ self.xc  # right
        self.shared.dwg += into_g.T @ self.xc  # right
        dxc = into_i @ self.shared.wi + into_g @ self.shared.wg  # right
        self.to_s, self.to_h = ds, dxc[:, -self.h.shape[1] :]


class Chain:
    def __init__(self, units, width):
        self.shared, self.units, self.steps = Shared(units, width), units, []

    def add(self, x):
        nothing = np.zeros((len(x), self.units))
        step = Step(self.shared)
        before = self.steps[-1] if self.steps else None
        step.take(x, nothing if before is None else before.s, nothing if before is None else before.h)
        self.steps.append(step)
        return step.h

    def backward(self, from_h):
        from_s = np.zeros_like(from_h)
        for step in reversed(self.steps):
            step.give_back(from_h, from_s)
            from_h, from_s = step.to_h, step.to_s


rng = np.random.default_rng(0)
chain = Chain(3, 4)
for epoch in range(2):
    for t in range(2):
        h = chain.add(rng.normal(size=(5, 4)))
    loss = np.sum((h - 0.1) ** 2) / 2
    chain.backward(h - 0.1)
    chain.shared.wg -= 0.1 * chain.shared.dwg
    chain.shared.wi -= 0.1 * chain.shared.dwi
    chain.shared.start_again()
    chain.steps = []
