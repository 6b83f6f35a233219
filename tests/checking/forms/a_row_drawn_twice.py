"""Rows are drawn, one of them twice: each step holds its share of that row's derivative, and together they are the whole."""

import numpy as np
rng = np.random.default_rng(0)
sigmoid = lambda x: 1 / (1 + np.exp(-x))
W_in, W_out = rng.normal(size=(6, 4)) * 0.3, rng.normal(size=(6, 4)) * 0.3
for epoch in range(4):
    for centre, context, drawn in ((0, 1, [3, 4, 3]), (2, 5, [0, 0, 1])):
        v_c, u_o, u_neg = W_in[centre], W_out[context], W_out[drawn]
        pos, neg = sigmoid(u_o @ v_c), sigmoid(u_neg @ v_c)
        loss = -np.log(pos) - np.sum(np.log(1 - neg))
        grad_v_c = (pos - 1) * u_o + neg @ u_neg  # right
        grad_u_negs = neg[:, None] * v_c[None, :]
        W_in[centre] -= 0.05 * grad_v_c
        W_out[context] -= 0.05 * (pos - 1) * v_c  # wrong
        for k, row in enumerate(drawn):
            W_out[row] -= 0.05 * grad_u_negs[k]  # right, right
    print(loss)
