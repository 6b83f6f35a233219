"""A velocity kept under the gradient's key, in the second training of a program whose first takes plain steps."""

import numpy as np

rng = np.random.default_rng(0)
X, Y = rng.normal(size=(3, 20)), rng.normal(size=(1, 20))


def momentum(parameters, grads, v, beta, learning_rate):
    v["dW1"] = beta * v["dW1"] + (1 - beta) * grads["dW1"]
    parameters["W1"] = parameters["W1"] - learning_rate * v["dW1"]
    return parameters, v


def model(optimizer, learning_rate=0.1):
    parameters = {"W1": np.ones((1, 3)) * 0.1}
    v = {"dW1": np.zeros((1, 3))}
    for epoch in range(5):
        A = np.tanh(parameters["W1"] @ X)
        cost = np.sum((A - Y) ** 2) / 40
        grads = {"dW1": ((A - Y) * (1 - A**2)) @ X.T / 20}  # right
        if optimizer == "gd":
            parameters["W1"] = parameters["W1"] - learning_rate * grads["dW1"]
        else:
            parameters, v = momentum(parameters, grads, v, 0.9, learning_rate)
    print(cost)


model("gd")
model("momentum")
