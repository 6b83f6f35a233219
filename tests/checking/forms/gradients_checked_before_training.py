import numpy as np


def init(seed):
    r = np.random.RandomState(seed)
    return [r.randn(3, 4) * 0.5, r.randn(4) * 0.1, r.randn(4, 2) * 0.5, r.randn(2) * 0.1]


def loss_fn(params, X, Y, reg):
    W1, b1, W2, b2 = params
    h = np.maximum(0, X @ W1 + b1)
    scores = h @ W2 + b2
    scores -= scores.max(axis=1, keepdims=True)
    logp = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
    data_loss = -logp[np.arange(len(Y)), Y].mean()
    loss = data_loss + reg * (np.sum(W1 * W1) + np.sum(W2 * W2))
    d = np.exp(logp)
    d[np.arange(len(Y)), Y] -= 1
    d /= len(Y)
    dW2 = h.T @ d + 2 * reg * W2  # right
    db2 = d.sum(axis=0)  # right
    dh = d @ W2.T  # right
    dh[h <= 0] = 0  # right
    dW1 = X.T @ dh + 2 * reg * W1  # right
    db1 = dh.sum(axis=0)  # right
    return loss, [dW1, db1, dW2, db2]


def numerical(f, p, eps=1e-5):
    g = np.zeros_like(p)
    it = np.nditer(p, flags=['multi_index'])
    while not it.finished:
        ix = it.multi_index
        old = p[ix]
        p[ix] = old + eps
        fp = f()
        p[ix] = old - eps
        fm = f()
        p[ix] = old
        g[ix] = (fp - fm) / (2 * eps)
        it.iternext()
    return g


r = np.random.RandomState(1)
X, Y = r.randn(6, 3), r.randint(0, 2, 6)
params = init(0)
loss, grads = loss_fn(params, X, Y, 0.05)
for name, p, g in zip(["W1", "b1", "W2", "b2"], params, grads):
    num = numerical(lambda: loss_fn(params, X, Y, 0.05)[0], p)
    rel = np.abs(num - g).max() / np.maximum(1e-8, np.abs(num) + np.abs(g)).max()
    print("%s max relative error: %e" % (name, rel))
for i in range(20):
    loss, grads = loss_fn(params, X, Y, 0.05)
    for p, g in zip(params, grads):
        p -= 0.1 * g
print("final", loss)
