import numpy as np
rng = np.random.default_rng(0)
def softmax_loss(scores, y):
    p = np.exp(scores - scores.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    loss = -np.mean(np.log(p[np.arange(len(y)), y]))
    dscores = p.copy()
    dscores[np.arange(len(y)), y] -= 1
    dscores = dscores / len(y)  # right
    return loss, dscores
def numerical(f, x, h=1e-5):
    grad = np.zeros_like(x)
    it = np.nditer(x, flags=["multi_index"], op_flags=["readwrite"])
    while not it.finished:
        ix = it.multi_index
        old = x[ix]
        x[ix] = old + h
        above = f(x)
        x[ix] = old - h
        grad[ix] = (above - f(x)) / (2 * h)
        x[ix] = old
        it.iternext()
    return grad
X, W, y = rng.normal(size=(4, 3)), rng.normal(size=(3, 2)), np.array([0, 1, 1, 0])
def whole(W):
    return softmax_loss(X @ W, y)[0]
loss, dscores = softmax_loss(X @ W, y)  # right
dW = X.T @ dscores  # right
print(np.abs(numerical(whole, W) - dW).max())
