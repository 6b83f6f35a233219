import numpy as np
rng = np.random.default_rng(0)
def sigmoid(x): return 1 / (1 + np.exp(-x))
X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]]); y = np.array([[0], [1], [1], [0]])
W1 = rng.random((2, 4)); W2 = rng.random((4, 1))
for epoch in range(100):
    h = sigmoid(X @ W1)
    predicted_output = sigmoid(h @ W2)
    error = y - predicted_output
    d_predicted_output = error * predicted_output * (1 - predicted_output)  # right
    d_hidden = d_predicted_output.dot(W2.T) * h * (1 - h)
    W2 += h.T.dot(d_predicted_output) * 0.1  # right
    W1 += X.T.dot(d_hidden) * 0.1  # right
    if (epoch + 1) % 50 == 0:
        print(np.mean(np.square(error)))
