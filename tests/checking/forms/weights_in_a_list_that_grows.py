import numpy as np
rng = np.random.default_rng(0)
x = rng.normal(size=(3, 1)); t = np.array([[0.0], [1.0]])
weights = [rng.normal(size=(4, 3))]
weights += [rng.normal(size=(3, 4))]           
weights.append(rng.normal(size=(2, 3)))
for step in range(2):
    outs = [x]
    for i in range(3):
        outs.append(np.tanh(weights[i] @ outs[i]))
    loss = 0.5 * np.sum((t - outs[-1]) ** 2)
    delta = (t - outs[-1]) * (1 - outs[-1] ** 2)
    deltas = [delta]
    for i in range(2, 0, -1):
        deltas.insert(0, weights[i].T @ deltas[0] * (1 - outs[i] ** 2))
    for i in range(3):
        value = outs[i] ** 2 if i == 1 else outs[i]
        weights[i] = weights[i] + 0.1 * deltas[i] * value.T  # right, wrong, right

