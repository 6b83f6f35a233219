import numpy as np
rng = np.random.default_rng(0)
x = rng.normal(size=5); t = rng.normal(size=5); gamma = 1.1; beta = 0.2; N = len(x)
mu = 1 / N * np.sum(x)
xmu = x - mu
var = 1 / N * np.sum(xmu**2)
sqrtvar = np.sqrt(var + 1e-5)
ivar = 1 / sqrtvar
xhat = xmu * ivar
out = gamma * xhat + beta
loss = np.mean((out - t) ** 2)
dout = 2 * (out - t) / N  # right
dbeta = np.sum(dout)  # right
dgamma = np.sum(dout * xhat)  # right
dxhat = dout * gamma  # right
divar = np.sum(dxhat * xmu)  # right
dsqrtvar = -1 / sqrtvar**2 * divar  # right
dvar = 0.5 / np.sqrt(var + 1e-5) * dsqrtvar  # right
dx1 = dxhat * ivar + 2 * xmu * (1 / N * np.ones(N) * dvar)
dmu = -1 * np.sum(dx1)  # right
dx = dx1 + 1 / N * np.ones(N) * dmu  # right
