"""On another way other terms are skipped, and a name is bound more or less often: what is compared has to be the same call."""

import math
def matmul(A, B):
    out = [[0.0] * len(B[0]) for _ in A]
    for i in range(len(A)):
        for t in range(len(B)):
            a = A[i][t]
            if a == 0.0:
                continue
            for j in range(len(B[0])):
                out[i][j] += a * B[t][j]  # right, right, right, right, right, right, right, right
    return out
def T(A): return [list(c) for c in zip(*A)]
X, y = [[0.5, -1.0], [1.0, 0.3], [-0.7, 0.8]], [0, 1, 1]
W1 = [[0.4, -0.6], [0.7, 0.5]]; W2 = [[0.3, -0.2], [-0.5, 0.8]]
for epoch in range(4):
    Z1 = matmul(X, W1)
    A1 = [[v if v > 0.0 else 0.0 for v in r] for r in Z1]
    P = []
    for r in matmul(A1, W2):
        e = [math.exp(v - max(r)) for v in r]
        P.append([v / sum(e) for v in e])
    loss = -sum(math.log(P[i][y[i]]) for i in range(3)) / 3
    dZ2 = [[(p - (1.0 if j == y[i] else 0.0)) / 3 for j, p in enumerate(r)] for i, r in enumerate(P)]
    dW2 = matmul(T(A1), dZ2)
    dA1 = matmul(dZ2, T(W2))
    dZ1 = [[g * (1.0 if z > 0.0 else 0.0) for g, z in zip(rg, rz)] for rg, rz in zip(dA1, Z1)]
    dW1 = matmul(T(X), dZ1)
    for W, dW in ((W1, dW1), (W2, dW2)):
        for i, row in enumerate(W):
            for j in range(len(row)):
                row[j] -= 0.5 * dW[i][j]
    print(loss)
