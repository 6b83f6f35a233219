import numpy as np
rng = np.random.default_rng(0)
X = rng.normal(size=(6, 2)); y = X @ [1., 2.]
t0, t1 = 200, 1000
def learning_schedule(t):
    return t0 / (t + t1)
theta = rng.normal(size=2)
for t in range(5):
    loss = np.mean((X @ theta - y) ** 2)
    gradients = 2 / 6 * X.T.dot(X.dot(theta) - y)  # right
    eta = learning_schedule(t)
    theta = theta - eta * gradients
    print(loss)
