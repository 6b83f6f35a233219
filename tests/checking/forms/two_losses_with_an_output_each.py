"""`d_loss1_d_output` is of the first loss's output, whatever a function's parameter was last."""

import math
x1 = 1
w1, w2, lr = 0.4, 0.3, 0.1
goal1, goal2 = 0, 1

def sigmoid(z):
    return 1 / (1 + math.exp(-z))

def sigmoid_derivative(output):
    return output * (1 - output)

for epoch in range(20):
    nn_output1 = sigmoid(x1 * w1)
    nn_output2 = sigmoid(x1 * w2)
    loss1 = 0.5 * (nn_output1 - goal1) ** 2
    loss2 = 0.5 * (nn_output2 - goal2) ** 2
    total_loss = loss1 + loss2
    d_loss1_d_output = nn_output1 - goal1  # right
    d_loss1_d_w1 = d_loss1_d_output * sigmoid_derivative(nn_output1) * x1  # right
    d_loss2_d_output = nn_output2 - goal2  # right
    d_loss2_d_w2 = d_loss2_d_output * sigmoid_derivative(nn_output2) * x1  # right
    w1 -= lr * d_loss1_d_w1
    w2 -= lr * d_loss2_d_w2
print(total_loss)
