import torch
torch.manual_seed(0)
x = torch.rand(6, 4); y = torch.rand(6)
w = torch.randn(4, 1); b = torch.zeros(1)

def lin(x, w, b): return x @ w + b

def lin_grad(inp, out, w, b):
    inp.g = out.g @ w.t()  # right
    w.g = inp.t() @ out.g  # right
    b.g = out.g.sum(0)  # right

out = lin(x, w, b)
diff = out[:, 0] - y
loss = diff.pow(2).mean()
out.g = 2. * diff[:, None] / x.shape[0]  # right
lin_grad(x, out, w, b)
