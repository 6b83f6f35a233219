"""One sigmoid node learns "or": it takes a step after every row, and goes through all rows once an epoch."""

import math


def sigmoid(z):
    return 1 / (1 + math.exp(-z))


rows = [
    (0.0, 0.0, 0.0),
    (0.0, 1.0, 1.0),
    (1.0, 0.0, 1.0),
    (1.0, 1.0, 1.0),
]
w1, w2, bias = 0.3, -0.2, 0.1
learning_rate = 0.5

for epoch in range(201):
    total = 0.0
    for input1, input2, target in rows:
        # forward
        z = w1 * input1 + w2 * input2 + bias
        output = sigmoid(z)
        loss = (output - target) ** 2

        # backward
        dloss_dz = 2 * (output - target) * output * (1 - output)
        dloss_dw1 = dloss_dz * input1
        dloss_dw2 = dloss_dz * input2
        dloss_dbias = dloss_dz

        # one step on this row
        w1 -= learning_rate * dloss_dw1
        w2 -= learning_rate * dloss_dw2
        bias -= learning_rate * dloss_dbias
        total += loss
    if epoch % 50 == 0:
        print(f"epoch {epoch:3d}: mean loss {total / len(rows):.6f}")
