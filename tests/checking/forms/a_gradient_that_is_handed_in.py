"""A layer tried alone, as in a course's test: the gradient of its output is made up, and no loss is computed."""

import numpy as np


def cell_forward(x, a_prev, parameters):
    joined = np.concatenate((a_prev, x))
    a_next = np.tanh(np.dot(parameters["W"], joined) + parameters["b"])
    return a_next, (a_next, joined, parameters)


def cell_backward(da_next, cache):
    a_next, joined, parameters = cache
    dz = da_next * (1 - a_next**2)
    dW = np.dot(dz, joined.T)  # right
    db = np.sum(dz, axis=0, keepdims=True)  # cannot tell
    da_prev = np.dot(parameters["W"][:, : a_next.shape[0]].T, dz)  # right
    return {"dW": dW, "db": db, "da_prev": da_prev}


rng = np.random.default_rng(1)
x_one = rng.normal(size=(3, 10))
a_prev_one = rng.normal(size=(5, 10))
parameters_one = {"W": rng.normal(size=(5, 8)), "b": rng.normal(size=(5, 1))}
a_next_one, cache_one = cell_forward(x_one, a_prev_one, parameters_one)
da_next_one = rng.normal(size=(5, 10))
gradients = cell_backward(da_next_one, cache_one)
print("dW[0][0] =", gradients["dW"][0][0], "db =", gradients["db"])
