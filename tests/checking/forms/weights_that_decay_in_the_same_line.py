import numpy as np
rng = np.random.default_rng(1)
class Network:
    def __init__(self, sizes):
        self.weights = [rng.normal(size=(y, x)) / np.sqrt(x) for x, y in zip(sizes[:-1], sizes[1:])]
        self.biases = [rng.normal(size=(y, 1)) for y in sizes[1:]]
    def feedforward(self, a):
        for b, w in zip(self.biases, self.weights):
            a = 1 / (1 + np.exp(-(np.dot(w, a) + b)))
        return a
    def total_cost(self, data, lmbda):
        cost = 0.0
        for x, y in data:
            a = self.feedforward(x)
            cost += 0.5 * np.linalg.norm(a - y) ** 2 / len(data)
        cost += 0.5 * (lmbda / len(data)) * sum(np.linalg.norm(w) ** 2 for w in self.weights)
        return cost
    def update(self, batch, eta, lmbda, n):
        nabla_b = [np.zeros(b.shape) for b in self.biases]
        nabla_w = [np.zeros(w.shape) for w in self.weights]
        for x, y in batch:
            db, dw = self.backprop(x, y)
            nabla_b = [nb + d for nb, d in zip(nabla_b, db)]  # right, right
            nabla_w = [nw + d for nw, d in zip(nabla_w, dw)]  # right, right
        self.weights = [(1 - eta * (lmbda / n)) * w - (eta / len(batch)) * nw for w, nw in zip(self.weights, nabla_w)]  # right, right
        self.biases = [b - (eta / len(batch)) * nb for b, nb in zip(self.biases, nabla_b)]  # right, right
    def backprop(self, x, y):
        nabla_b = [np.zeros(b.shape) for b in self.biases]
        nabla_w = [np.zeros(w.shape) for w in self.weights]
        a, As, zs = x, [x], []
        for b, w in zip(self.biases, self.weights):
            z = np.dot(w, a) + b
            zs.append(z); a = 1 / (1 + np.exp(-z)); As.append(a)
        delta = (As[-1] - y) * As[-1] * (1 - As[-1])
        nabla_b[-1] = delta
        nabla_w[-1] = np.dot(delta, As[-2].T)
        for l in range(2, 3):
            s = 1 / (1 + np.exp(-zs[-l]))
            delta = np.dot(self.weights[-l + 1].T, delta) * s * (1 - s)
            nabla_b[-l] = delta
            nabla_w[-l] = np.dot(delta, As[-l - 1].T)
        return nabla_b, nabla_w
data = [(rng.random((3, 1)), np.eye(2)[[i % 2]].T) for i in range(4)]
net = Network([3, 4, 2])
for epoch in range(3):
    net.update(data, 0.5, 0.1, 4)
    print(net.total_cost(data, 0.1))
