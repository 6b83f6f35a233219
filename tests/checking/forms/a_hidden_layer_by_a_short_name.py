"""`dhidden` is for hidden_layer, and after its mask for what goes in there."""

import numpy as np
rng = np.random.default_rng(0)
X, t = rng.normal(size=(8, 3)), rng.normal(size=(8, 1))
W1, W2 = rng.normal(size=(3, 4)), rng.normal(size=(4, 1))
for i in range(20):
    hidden_layer = np.maximum(0, X @ W1)
    o = hidden_layer @ W2
    loss = 0.5 * np.sum((o - t) ** 2)
    do = o - t  # right
    dW2 = hidden_layer.T @ do  # right
    dhidden = do @ W2.T * 3  # off by a factor
    dhidden[hidden_layer <= 0] = 0  # off by a factor
    dW1 = X.T @ dhidden  # off by a factor
    W1 += -0.01 * dW1
    W2 += -0.01 * dW2
print(loss)
