import numpy as np
np.random.seed(0)
X = np.random.randn(5, 3); Y = np.random.randn(5, 1)
parameters = {"W1": np.random.randn(3, 1)}
v = {"dW1": np.zeros((3, 1))}
s = {"dW1": np.zeros((3, 1))}
v_corrected, s_corrected = {}, {}
t = 0
for i in range(3):
    o = X @ parameters["W1"]
    cost = np.sum((o - Y) ** 2) / 2
    grads = {"dW1": X.T @ (o - Y)}  # right
    t = t + 1
    v["dW1"] = 0.9 * v["dW1"] + (1 - 0.9) * grads["dW1"]
    v_corrected["dW1"] = v["dW1"] / (1 - 0.9 ** t)
    s["dW1"] = 0.999 * s["dW1"] + (1 - 0.999) * grads["dW1"] ** 2
    s_corrected["dW1"] = s["dW1"] / (1 - 0.999 ** t)
    parameters["W1"] = parameters["W1"] - 0.01 * v_corrected["dW1"] / (np.sqrt(s_corrected["dW1"]) + 1e-8)
