import numpy as np, pandas as pd
data = pd.DataFrame({'a': [0.1, 0.4, 0.9, 0.7], 'b': [0.3, 0.2, 0.5, 0.9], 't': [0, 0, 1, 1]})
features, targets = data.drop('t', axis=1), data['t']
w = np.array([0.2, -0.1])
for e in range(3):
    out = 1 / (1 + np.exp(-np.dot(features, w)))
    loss = np.mean((out - targets) ** 2)
    dw = np.dot(2 * (out - targets) * out * (1 - out), features) / 4  # right
    w = w - 0.1 * dw
    print(loss)
