import numpy as np
rng = np.random.default_rng(0)

def main():
    X, y = rng.normal(size=(6, 2)), rng.normal(size=(6, 1))
    X_val, y_val = rng.normal(size=(3, 2)), rng.normal(size=(3, 1))
    w, best = rng.normal(size=(2, 1)), np.inf
    for epoch in range(3):
        out = X @ w
        loss_train = np.mean((out - y) ** 2)
        loss_val = np.mean((X_val @ w - y_val) ** 2)
        if loss_val < best:
            best = loss_val
        dw = 2 / 6 * X.T @ (out - y)  # right
        w -= 0.1 * dw

main()
