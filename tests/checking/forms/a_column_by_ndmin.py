import numpy as np

who = np.array([[0.3, -0.2, 0.5], [0.1, 0.4, -0.6]])
for all_values in ([0.1, 0.2, 0.3], [0.4, 0.1, 0.9]):
    scaled = np.asarray(all_values) * 0.99 + 0.01
    inputs = np.array(scaled, ndmin=2).T
    targets = np.array([0.5, 0.1], ndmin=2).T
    outputs = np.dot(who, inputs)
    loss = 0.5 * np.sum((outputs - targets) ** 2)
    who -= 0.1 * np.dot(outputs - targets, np.transpose(inputs))  # right
