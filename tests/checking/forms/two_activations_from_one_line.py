import numpy as np
np.random.seed(3)

class Layer:
    def __call__(self, X):
        self.memory = X
        return self.forward(X)

class Softmax(Layer):
    def forward(self, X):
        exp = np.exp(X)
        return exp / np.tile(exp.sum(1), (X.shape[1], 1)).T

class Relu(Layer):
    def forward(self, X):
        return np.maximum(X, 0)

X = np.random.randn(4, 2); y = np.eye(3)[[0, 2, 1, 1]]
W = np.random.randn(3, 2); g = np.ones(2)
relu, softmax = Relu(), Softmax()
for epoch in range(2):
    h = relu(X * g)
    p = softmax(np.dot(W, h.T).T)
    loss = -(y * np.log(p)).sum()
    error = np.dot(W.T, (p - y).T).T
    dg = (error * X * 1.3).sum(0)  # wrong
    g -= 0.1 * dg
