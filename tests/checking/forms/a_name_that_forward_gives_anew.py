"""A loss written out for one layer alone: what forward calls X inside is not what went in."""

import numpy as np


class Softmax:
    def forward(self, X):
        e = np.exp(X)
        X = e / np.tile(e.sum(1), (X.shape[1], 1)).T
        return X

    def backward(self, error):
        return error


rng = np.random.default_rng(0)
softmax = Softmax()
X = rng.normal(size=(5, 4))
out = softmax.forward(X)
upstream = rng.normal(size=(5, 4))
loss = np.sum(out * upstream)
dX = softmax.backward(upstream)  # wrong
