import numpy as np
rng = np.random.default_rng(3)
X, t = rng.normal(size=(12, 3)), rng.normal(size=(12, 1))
W, V = rng.normal(size=(3, 4)), rng.normal(size=(4, 1))
mW, mV, vW, vV = np.zeros_like(W), np.zeros_like(V), np.zeros_like(W), np.zeros_like(V)
step = 0
for epoch in range(3):
    for k in range(0, 12, 4):
        x, y = X[k:k + 4], t[k:k + 4]
        mask = (rng.random((4, 4)) < 0.8) / 0.8
        h = np.tanh(x @ W) * mask
        o = h @ V
        loss = np.mean((o - y) ** 2)
        do = 2 * (o - y) / y.size  # right
        dV = h.T @ do  # right
        dW = x.T @ ((do @ V.T) * mask * (1 - np.tanh(x @ W) ** 2))  # right
        step += 1
        mW, mV = 0.9 * mW + 0.1 * dW, 0.9 * mV + 0.1 * dV
        vW, vV = 0.99 * vW + 0.01 * dW ** 2, 0.99 * vV + 0.01 * dV ** 2
        rate = 0.05 / (1 + 0.1 * epoch)
        W -= rate * (mW / (1 - 0.9 ** step)) / (np.sqrt(vW / (1 - 0.99 ** step)) + 1e-8)
        V -= rate * (mV / (1 - 0.9 ** step)) / (np.sqrt(vV / (1 - 0.99 ** step)) + 1e-8)
