import numpy as np
rng = np.random.default_rng(0)
X = rng.normal(size=(6, 3)) * 3
T = rng.normal(size=(6, 2))
W = rng.normal(size=(3, 2))
b = np.zeros(2)
for step in range(3):
    Z = X @ W + b
    Y = np.maximum(0.1 * Z, Z)
    loss = np.sum((Y - T) ** 2)
    dY = 2 * (Y - T)  # right
    dZ = np.where(Z > 0, 1, 0.1) * dY  # right
    dW = X.T @ dZ  # right
    db = dZ.sum(axis=0)  # right
    dW = np.where(dW > 1, 1, dW)
    db = np.where(db > 1, 1, db)
    W = W - 0.001 * dW
    b = b - 0.001 * db
    print(loss)
