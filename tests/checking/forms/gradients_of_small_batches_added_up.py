import numpy as np

rng = np.random.default_rng(2)
X = rng.normal(size=(12, 3))
y = X @ np.array([1.0, -1.0, 0.5])
w = np.zeros(3)
accum_steps, micro = 3, 2
for epoch in range(3):
    gw = np.zeros(3)
    for k, s in enumerate(range(0, 12, micro), start=1):
        xb, yb = X[s:s + micro], y[s:s + micro]
        pred = xb @ w
        loss = np.mean((pred - yb) ** 2) / accum_steps
        gw += xb.T @ (2 * (pred - yb) / (micro * accum_steps))  # right
        if k % accum_steps == 0:
            w -= 0.1 * gw
            gw = np.zeros(3)
    print(epoch, loss)
