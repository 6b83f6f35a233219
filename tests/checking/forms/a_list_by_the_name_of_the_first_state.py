import numpy as np
np.random.seed(0)

def forward(inputs, h_prev, U, W):
    hs = [h_prev]
    for x in inputs:
        h_prev = np.tanh(U @ x + W @ h_prev)
        hs.append(h_prev)
    return hs

def backward(h, inputs, targets, U, W):
    U_d, W_d, loss, dh_next = np.zeros_like(U), np.zeros_like(W), 0, np.zeros_like(h[0])
    for t in reversed(range(len(inputs))):
        loss += 0.5 * np.sum((h[t + 1] - targets[t]) ** 2)
        dh = h[t + 1] - targets[t] + dh_next  # cannot tell
        da = dh * (1 - h[t + 1] ** 2)
        U_d += da @ inputs[t].T
        W_d += da @ h[t].T
        dh_next = W.T @ da
    return loss, U_d, W_d

U, W = np.random.randn(3, 2), np.random.randn(3, 3)
inputs = [np.random.randn(2, 1) for _ in range(3)]
targets = [np.random.randn(3, 1) for _ in range(3)]
h = np.zeros((3, 1))
hs = forward(inputs, h, U, W)
loss, U_d, W_d = backward(hs, inputs, targets, U, W)  # right, right
U -= 0.1 * U_d
W -= 0.1 * W_d
