"""Each row decays in the line that steps it."""

import numpy as np
np.random.seed(0)
E = np.random.randn(6, 3) * 0.1
W = np.random.randn(4, 6) * 0.1
data = [([0, 1], 3), ([1, 2], 0), ([2, 3], 1)]
for epoch in range(20):
    total_loss = 0
    for ctx, target in data:
        x = np.concatenate([E[k].reshape(-1, 1) for k in ctx], axis=0)
        z = W @ x
        p = np.exp(z) / np.sum(np.exp(z))
        total_loss += -np.log(p[target, 0])
        dz = p.copy()
        dz[target] -= 1  # right
        dW = dz @ x.T  # right
        dE = (W.T @ dz).reshape(2, 3)
        W -= 0.01 * (dW + 0.001 * W)  # right
        for i, k in enumerate(ctx):
            E[k] -= 0.01 * (dE[i] + 0.001 * E[k])  # right, right
    print(total_loss / len(data))
