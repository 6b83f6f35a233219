"""A derivative for what its own function was given is of that, whatever else goes by the name in other passes."""

import numpy as np


class Softmax:
    def loss_and_grad(self, W, x, t, reg):
        p = np.exp(x @ W)
        p = p / p.sum(axis=1).reshape(-1, 1)
        loss = -np.sum(np.log(p[np.arange(len(t)), t])) + 0.5 * reg * np.sum(W**2)
        dW = np.zeros(W.shape)
        for i in range(len(t)):
            g = p[i] * x[i].reshape(-1, 1)
            g[:, t[i]] -= x[i]
            dW += g  # wrong
        return loss, dW

    def train(self, x, t, lr=0.01, reg=0.1):
        self.W = np.ones((4, 3)) * 0.1
        loss, grad = self.loss_and_grad(self.W, x, t, reg)  # wrong
        i = 0
        while i < 4:
            self.W = self.W - lr * grad - 0.001 * self.W
            loss, grad = self.loss_and_grad(self.W, x, t, reg)
            i += 1
        print(loss)


Softmax().train(np.random.default_rng(0).normal(size=(6, 4)), np.arange(6) % 3)
