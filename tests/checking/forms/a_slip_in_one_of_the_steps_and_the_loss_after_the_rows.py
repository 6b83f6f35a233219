import numpy as np
def mse_loss(y_true, y_pred):
    return ((y_true - y_pred) ** 2).mean()
data, labels = np.array([[-2.0, -1.0], [2.5, 0.6], [1.7, 0.4]]), np.array([1.0, 0.0, 0.0])
w1, w2, b1, v, c = 0.3, -0.2, 0.1, 0.5, 0.2
for epoch in range(5):
    for x, t in zip(data, labels):
        h = np.tanh(w1 * x[0] + w2 * x[1] + b1)
        y = v * h + c
        d_L_d_y = -2 * (t - y)  # right
        w1 -= 0.1 * d_L_d_y * v * (1 - h ** 2) * x[0]  # right
        w2 -= 0.1 * d_L_d_y * v * (1 - h ** 2) * x[0]  # wrong
        b1 -= 0.1 * d_L_d_y * v * (1 - h ** 2)  # right
        v -= 0.1 * d_L_d_y * h  # right
        c -= 0.1 * d_L_d_y
    print(epoch, mse_loss(labels, v * np.tanh(data @ np.array([w1, w2]) + b1) + c))
