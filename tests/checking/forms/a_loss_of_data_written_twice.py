import math
class Neuron:
    def __init__(self, w): self.w = w
    def out(self, x):
        self.x = x
        total = 0
        for i in range(len(x)): total += x[i] * self.w[i]
        self.o = 1 / (1 + math.exp(-total))
        return self.o
neuron = Neuron([0.15, 0.2])
def train(x, t):
    o = neuron.out(x)
    delta = -(t - o) * o * (1 - o)
    for i in range(2):
        pd_error_wrt_weight = delta * x[i]  # right, right
        neuron.w[i] -= 0.5 * pd_error_wrt_weight
for i in range(3):
    train([0.05, 0.1], 0.01)
    error = 0.5 * (0.01 - neuron.out([0.05, 0.1])) ** 2
    print(error)
