"""What the last time step gives is shown, and then all steps are added up."""

import numpy as np
np.random.seed(0)
inputs, targets = [0, 1, 2, 0], [1, 2, 0, 1]
def one_hot(i):
    v = np.zeros(3)
    v[i] = 1
    return v
W = np.random.randn(3, 3) * 0.5
ps, losses = [], []
for t in range(4):
    e = np.exp(W @ one_hot(inputs[t]))
    p = e / np.sum(e)
    ps.append(p)
    losses.append(-np.log(p[targets[t]]))
total_loss = np.sum(losses)
print(total_loss)
t = len(inputs) - 1
delta_o = ps[t] - one_hot(targets[t])
dW = np.outer(delta_o, one_hot(inputs[t]))  # cannot tell
print("last step only:", dW)
dW = np.zeros_like(W)
for t in range(4):
    dW += np.outer(ps[t] - one_hot(targets[t]), one_hot(inputs[t]))  # right
W -= 0.1 * dW
