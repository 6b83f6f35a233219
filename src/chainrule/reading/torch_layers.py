"""`torch.nn` as far as it is stood in for. It is read as a module of the program's own, so its parameters have names."""

# ruff: noqa: D101, ANN
import torch
import torch.nn.functional as F  # noqa: N812


def Parameter(data, requires_grad=True):  # noqa: N802
    return data.requires_grad_(requires_grad)


class Module:
    training = True

    def __init__(self):
        pass

    def __call__(self, *inputs):
        return self.forward(*inputs)

    def parts(self):
        for value in list(vars(self).values()):
            for part in value if isinstance(value, (list, tuple)) else [value]:
                if isinstance(part, Module):
                    yield part

    def parameters(self):
        for value in list(vars(self).values()):
            if isinstance(value, torch.Tensor) and value.requires_grad:
                yield value
        for part in self.parts():
            yield from part.parameters()

    def zero_grad(self):
        for parameter in self.parameters():
            parameter.grad = None

    def train(self, mode=True):
        self.training = mode
        return self

    def eval(self):
        return self.train(False)

    def to(self, *_):
        return self


class Linear(Module):
    def __init__(self, in_features, out_features, bias=True):
        bound = in_features**-0.5
        self.weight = ((torch.rand(out_features, in_features) * 2 - 1) * bound).requires_grad_()
        self.bias = ((torch.rand(out_features) * 2 - 1) * bound).requires_grad_() if bias else None

    def forward(self, x):
        out = x @ self.weight.t()
        return out if self.bias is None else out + self.bias


class Embedding(Module):
    def __init__(self, num_embeddings, embedding_dim):
        self.weight = torch.randn(num_embeddings, embedding_dim).requires_grad_()

    def forward(self, places):
        return self.weight[places]


class Sequential(Module):
    def __init__(self, *layers):
        self.layers = list(layers)

    def __getitem__(self, i):
        return self.layers[i]

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x


class Tanh(Module):
    def forward(self, x):
        return torch.tanh(x)


class Sigmoid(Module):
    def forward(self, x):
        return torch.sigmoid(x)


class ReLU(Module):
    def forward(self, x):
        return torch.relu(x)


class Softmax(Module):
    def __init__(self, dim=-1):
        self.dim = dim

    def forward(self, x):
        return torch.softmax(x, self.dim)


class Flatten(Module):
    def forward(self, x):
        return x.view(x.shape[0], -1)


class MSELoss(Module):
    def __init__(self, reduction="mean"):
        self.reduction = reduction

    def forward(self, x, y):
        return F.mse_loss(x, y, self.reduction)


class CrossEntropyLoss(Module):
    def forward(self, x, y):
        return F.cross_entropy(x, y)


class BCELoss(Module):
    def forward(self, x, y):
        return F.binary_cross_entropy(x, y)
