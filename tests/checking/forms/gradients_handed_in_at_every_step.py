"""A layer over time steps, tried alone: what goes back from a step must reach the one before it."""

import numpy as np


def forward(x, a, W, U):
    states, inputs = [a], []
    for t in range(x.shape[0]):
        a = np.tanh(W @ x[t] + U @ a)
        states.append(a)
        inputs.append(x[t])
    out = np.stack(states[1:])
    return out, (states, inputs, W, U)


def backward(dout, cache):
    states, inputs, W, U = cache
    dW, dU = np.zeros_like(W), np.zeros_like(U)
    da = np.zeros_like(states[0])
    for t in reversed(range(len(inputs))):
        dz = (dout[t] + da) * (1 - states[t + 1] ** 2)
        dW += np.outer(dz, inputs[t])  # right
        dU += np.outer(dz, states[t])  # right
        da = U.T @ dz  # right
    return dW, dU, da


def backward_unlinked(dout, cache):
    states, inputs, W, U = cache
    dW, dU = np.zeros_like(W), np.zeros_like(U)
    for t in reversed(range(len(inputs))):
        dz = dout[t] * (1 - states[t + 1] ** 2)
        dW += np.outer(dz, inputs[t])  # wrong
        dU += np.outer(dz, states[t])  # wrong
    return dW, dU


rng = np.random.default_rng(0)
x, a0 = rng.normal(size=(4, 3)), rng.normal(size=2)
W, U = rng.normal(size=(2, 3)), rng.normal(size=(2, 2))
out, cache = forward(x, a0, W, U)
dout = rng.normal(size=out.shape)
dW, dU, da0 = backward(dout, cache)  # right, right, right
out, cache = forward(x, a0, W, U)
dout = rng.normal(size=out.shape)
dW, dU = backward_unlinked(dout, cache)  # wrong, wrong
