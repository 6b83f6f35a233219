import numpy as np
rng = np.random.default_rng(0)
def scale_forward(x, gamma):
    return x * gamma, (x, gamma)
def scale_backward(dout, cache):
    x, gamma = cache
    dgamma = np.sum(dout * x, axis=0)  # right, right
    dx = dout * gamma  # right, right
    return dx, dgamma
x, gamma = rng.normal(size=(4, 5)), rng.normal(size=5)
out, cache = scale_forward(x, gamma)
dout = rng.normal(size=out.shape)
dx, dgamma = scale_backward(dout, cache)  # right, right
gamma2 = np.full(5, 2.0)
y2, cache2 = scale_forward(x * 3, gamma2)
dy2 = rng.normal(size=y2.shape)
dx2, dgamma2 = scale_backward(dy2, cache2)  # right
print(dx, dx2)
