"""The bias begins as the 0 that stands in the call, and the cost is computed after the step."""

import numpy as np
def sigmoid(z):
    return 1/(1 + np.exp(-z))
def compute_cost(X, y, w, b):
    cost = 0
    for i in range(X.shape[0]):
        f = sigmoid(np.dot(X[i], w) + b)
        cost += -y[i]*np.log(f) - (1 - y[i])*np.log(1 - f)
    return cost / X.shape[0]
def gradient(X, y, w, b):
    m, n = X.shape
    dj_dw = np.zeros(n); dj_db = 0
    for i in range(m):
        err_i = sigmoid(np.dot(X[i], w) + b) - y[i]
        for j in range(n):
            dj_dw[j] = dj_dw[j] + err_i*X[i, j]  # right
        dj_db = dj_db + err_i  # right
    return dj_dw/m, dj_db/m  # right, right
def gradient_descent(X, y, w, b, num_iters, alpha):
    history = [compute_cost(X, y, w, b)]
    for i in range(1, num_iters + 1):
        dj_dw, dj_db = gradient(X, y, w, b)
        w = w - alpha*dj_dw
        b = b - alpha*dj_db
        current_cost = compute_cost(X, y, w, b)
        history.append(current_cost)
    return w, b, history
rng = np.random.default_rng(0)
X = rng.normal(size=(30, 2)); y = (X[:, 0] > 0).astype(int)
Xt = rng.normal(size=(20, 2)); yt = (Xt[:, 0] > 0).astype(int)
w, b, h = gradient_descent(X, y, np.zeros(2), 0, 50, .03)
train_cost = compute_cost(X, y, w, b)
test_cost = compute_cost(Xt, yt, w, b)
print("train", train_cost, "test", test_cost)
