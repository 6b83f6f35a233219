import numpy as np
np.random.seed(0)
x = np.random.randn(4, 3)
W_k = np.random.randn(3, 2)
W_v = np.random.randn(2, 2)
y = np.random.randn(4, 2)
k = np.tanh(x @ W_k)
out = k @ W_v
loss = 0.5 * np.sum((out - y) ** 2)
dout = out - y  # right
dW_v = 3 * k.T @ (dout + 1)  # wrong
dW_k = x.T @ ((dout @ W_v.T) * (1 - k ** 2))  # right
W_v -= 0.1 * dW_v
W_k -= 0.1 * dW_k
