"""An embedding looked up by word, averaged over a sentence: a word that stands twice is counted twice."""

import numpy as np

rng = np.random.default_rng(9)
words = np.array([[0, 2, 2], [3, 0, 1]])  # two sentences of three words
y = rng.normal(size=(2, 2))
E, W = rng.normal(size=(5, 4)), rng.normal(size=(4, 2))

# forward
looked_up = E[words]
h = looked_up.mean(axis=1)
out = h @ W
loss = 0.5 * np.sum((out - y) ** 2)

# backward
dout = out - y
dW = h.T @ dout
dh = dout @ W.T
dE = np.zeros_like(E)
np.add.at(dE, words, dh[:, None, :] / 3)  # dE[words] += ... would count a repeated word once
