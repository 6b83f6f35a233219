import numpy as np

rng = np.random.default_rng(2)
X = rng.normal(size=(12, 3))
y = X @ np.array([1.0, -1.0, 0.5])
w = np.zeros(3)
accum_steps, micro = 3, 2
gw = np.zeros(3)
for step in range(12):
    s = step * micro % 12
    xb, yb = X[s:s + micro], y[s:s + micro]
    pred = xb @ w
    loss = np.mean((pred - yb) ** 2)
    gw += 2 * xb.T @ (pred - yb) / micro  # right, right, right, right
    if (step + 1) % accum_steps == 0:
        w -= 0.1 * gw / accum_steps
        gw = np.zeros(3)
        print(step, loss)
