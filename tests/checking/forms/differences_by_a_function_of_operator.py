"""`map(sub, yh, ys)` takes differences."""

from collections import namedtuple
from operator import sub
MSE = namedtuple('MSE', 'func der')(
    lambda yh, ys: map(lambda x: x**2, map(sub, yh, ys)),
    lambda yh, ys: map(sub, yh, ys))
w = [0.3, -0.2]
data = [([0.2, 0.9], [1.1]), ([0.7, 0.1], [0.3]), ([0.5, 0.4], [0.8])]
for epoch in range(10):
    partial = [0, 0]
    loss = 0
    for xs, ys in data:
        yh = [sum(x * v for x, v in zip(xs, w))]
        loss += sum(MSE.func(yh, ys))
        d = sum(MSE.der(yh, ys))
        for j in range(2):
            partial[j] += d * xs[j]  # off by a factor, off by a factor
    for j in range(2):
        w[j] -= 0.1 * partial[j]
    print("epoch: {0}, loss: {1}".format(epoch, loss))
