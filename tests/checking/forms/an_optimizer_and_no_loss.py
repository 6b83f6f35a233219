"""Adam makes the steps, no loss is computed, and the mean is taken after the first gradient."""

import numpy as np

np.random.seed(0)
X = np.random.rand(6, 20)
Y = np.eye(3)[np.arange(20) % 3].T
W, b = np.random.randn(3, 6), np.zeros((3, 1))
mW, vW, mb, vb = np.zeros_like(W), np.zeros_like(W), np.zeros_like(b), np.zeros_like(b)
for t in range(1, 4):
    Z = W.dot(X) + b
    E = np.exp(Z - np.max(Z, axis=0, keepdims=True))
    A = E / E.sum(axis=0, keepdims=True)
    dZ = A - Y  # right
    dW = 1 / 20 * dZ.dot(X.T)  # right
    db = 1 / 20 * np.sum(dZ, axis=1, keepdims=True)  # right
    mW, mb = 0.9 * mW + 0.1 * dW, 0.9 * mb + 0.1 * db
    vW, vb = 0.999 * vW + 0.001 * dW**2, 0.999 * vb + 0.001 * db**2
    W = W - 0.01 * (mW / (1 - 0.9**t)) / (np.sqrt(vW / (1 - 0.999**t)) + 1e-8)
    b = b - 0.01 * (mb / (1 - 0.9**t)) / (np.sqrt(vb / (1 - 0.999**t)) + 1e-8)
