"""The cost before training and the one after each step go by two names; `err_i`, with its sign, is no loss."""

import numpy as np
import copy, math
def sigmoid(Z):
    return 1/(1 + np.exp(-Z))
def compute_cost(X,y,W,b):
    m = X.shape[0]
    cost = 0
    epsilon = 1e-15
    for i in range(0,m):
        z_i = np.dot(X[i],W) + b
        f_wb_i = sigmoid(z_i)
        f_wb_i = np.clip(f_wb_i, epsilon, 1 - epsilon)
        cost += -y[i]*np.log(f_wb_i + epsilon) - (1 - y[i])*np.log(1 - f_wb_i + epsilon)
    cost = cost/m
    return cost
def compute_gradient_logistic(X,y,W,b):
    m = X.shape[0]
    n = X.shape[1]
    dj_db = 0
    dj_dw = np.zeros(n)
    for i in range (0,m):
        z_i = np.dot(X[i],W) + b
        f_wb_i = sigmoid(z_i)
        err_i = f_wb_i - y[i]
        for j in range (n):
            dj_dw[j] = dj_dw[j] + err_i*X[i,j]
        dj_db  = dj_db + err_i
    dj_db = dj_db/m
    dj_dw = dj_dw/m
    return dj_dw, dj_db
def gradient_descent(X, y, Wini, bini, num_iters, alpha):
    w = copy.deepcopy(Wini)
    b = bini
    initial_cost = compute_cost(X, y, w, b)
    j_history = [initial_cost]
    print(f"iteration: {0:4d} : cost {initial_cost}")
    for i in range(1, num_iters + 1):
        dj_dw, dj_db = compute_gradient_logistic(X, y, w, b)  # right, right
        w = w - alpha * dj_dw
        b = b - alpha * dj_db
        current_cost = compute_cost(X, y, w, b)
        j_history.append(current_cost)
        if i % math.ceil(num_iters / 10) == 0:
            print(f"iteration: {i:4d} : cost {current_cost}")
    return w, b, j_history
import numpy as np
rng=np.random.default_rng(0)
X_train_scaled=rng.normal(size=(30,2)); y_train=(X_train_scaled[:,0]>0).astype(int)
W_ini = np.zeros(X_train_scaled.shape[1])
b_ini = 0
alpha = 0.03
num_iters = 40
W_final, b_final, j_history = gradient_descent(
    X_train_scaled,
    y_train,
    W_ini,
    b_ini,
    num_iters,
    alpha
)
print(W_final)
print(b_final)
