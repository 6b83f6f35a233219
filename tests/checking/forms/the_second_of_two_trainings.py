import numpy as np
def square_loss(X, y, w):
    r = X.dot(w) - y
    loss = np.sum(r ** 2)
    dw = 2 * X.T.dot(r)
    return loss, dw
def hinge_loss(X, y, w):
    m = y * X.dot(w)
    loss = np.sum(np.maximum(0, 1 - m))
    dw = np.dot(X.T, np.where(m < 1, y, 0))
    return loss, dw
X = np.array([[1., 2], [3, 4], [0, 1]]); y = np.array([[1.], [-1], [1]]); w = np.array([[.3], [.1]])
for name, f in [("square", square_loss), ("hinge", hinge_loss)]:
    v = w.copy()
    for i in range(3):
        loss, dv = f(X, y, v)  # off by a factor
        v -= 0.01 * dv
        print(name, loss)
