"""Mean |error| ends the training and is not learned from; the nearest usual loss is told, and nobody accused."""

import numpy as np
np.random.seed(1)
errors = []
X = np.array([[1, 0], [0, 1], [0, 0], [1, 1]]).T
T = np.array([[1, 1, 0, 0]])
W1, W2 = np.random.normal(0, 0.4, (7, 2)), np.random.normal(0, 1, (1, 7))
sigmoid = lambda x: 1 / (1 + np.exp(-x))
while len(errors) < 30:
    hidden = sigmoid(W1 @ X)
    final = sigmoid(W2 @ hidden)
    errors.append(np.mean(abs(final - T)))
    output_errors = T - final
    hidden_errors = W2.T @ output_errors
    W2 += 0.1 * (output_errors * final * (1 - final)) @ hidden.T  # cannot tell
    W1 += 0.1 * (hidden_errors * hidden * (1 - hidden)) @ X.T  # cannot tell
    if errors[-1] < 0.05:
        break
