import numpy as np
np.random.seed(44)
X = np.array([[0.7, -0.1], [0.3, 0.3], [0.4, 0.2]]); y = np.array([1, 0, 1])
n_records, n_features = X.shape
w = np.random.normal(scale=1 / n_features**.5, size=n_features)
for e in range(3):
    out = 1 / (1 + np.exp(-np.dot(X, w)))
    loss = np.mean(- y*np.log(out) - (1 - y) * np.log(1-out))
    dw = np.dot(X.T, out - y) / 3  # right
    w = w - 0.1 * dw
    print(loss)
