import numpy as np
np.random.seed(1)
Wxh = np.random.randn(3, 4); Whh = np.random.randn(4, 4); Why = np.random.randn(4, 3)
xs = np.eye(3)[[0, 2, 1]]; ys = np.eye(3)[[2, 1, 0]]

def forward(x, h):
    hprev = h.copy()
    h = np.tanh(x.reshape(1, -1) @ Wxh + hprev @ Whh)
    y = h @ Why
    return y, h, (x, hprev, h)

def backward(y, t, dh_next, cache):
    x, hprev, h = cache
    dy = y - t  # off by a factor
    dWhy = h.T @ dy  # off by a factor
    dh = dy @ Why.T
    dh += dh_next  # off by a factor, off by a factor, off by a factor
    dh = (1 - h ** 2) * dh  # off by a factor, off by a factor, off by a factor
    return (x.reshape(1, -1).T @ dh, hprev.T @ dh, dWhy), dh @ Whh.T

for it in range(2):
    h = np.zeros((1, 4)); outs = []; caches = []; loss = 0.
    for x, t in zip(xs, ys):
        y, h, cache = forward(x, h)
        loss += 0.5 * np.sum((y - t) ** 2)
        outs.append(y); caches.append(cache)
    loss /= 3
    dh_next = np.zeros((1, 4))
    grads = [np.zeros_like(Wxh), np.zeros_like(Whh), np.zeros_like(Why)]
    for i in reversed(range(3)):
        g, dh_next = backward(outs[i], ys[i], dh_next, caches[i])
        for k in range(3):
            grads[k] += g[k]
    dWxh, dWhh, dWhy = grads  # off by a factor, off by a factor, off by a factor
    Wxh -= 0.1 * dWxh
    Whh -= 0.1 * dWhh
    Why -= 0.1 * dWhy
