import numpy as np
rng = np.random.default_rng(0)
def fwd(W, b, X):
    Z = W.dot(X) + b
    return Z, np.exp(Z) / np.sum(np.exp(Z), axis=0)
def one_hot(Y):
    o = np.zeros((Y.size, Y.max() + 1)); o[np.arange(Y.size), Y] = 1
    return o.T
def back(Z, A, W, X, Y):
    m = Y.size
    dZ = A - one_hot(Y)  # right
    dW = 1 / m * dZ.dot(X.T)
    db = 1 / m * np.sum(dZ, axis=1, keepdims=True)
    return dW, db
def cross_entropy(A, Y):
    loss = -np.sum(one_hot(Y) * np.log(A)) / Y.size
    return loss
def train(X, Y, rounds):
    W, b = rng.normal(size=(2, 3)), np.zeros((2, 1))
    for i in range(rounds):
        Z, A = fwd(W, b, X)
        dW, db = back(Z, A, W, X, Y)  # right, right
        W -= 0.1 * dW
        b -= 0.1 * db
        if i % 100 == 0:
            loss = cross_entropy(A, Y)
            print(loss)
    return W, b
train(rng.normal(size=(3, 5)), np.array([0, 1, 1, 0, 1]), 3)
