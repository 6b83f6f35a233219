"""Which letter comes next in the name of a river? A network with batch normalisation, its backward pass by hand."""

import torch
import torch.nn.functional as F

rivers = "rhine danube volga loire ebro tiber seine douro elbe oder neva don po".split()
letters = ["."] + sorted(set("".join(rivers)))
number = {letter: i for i, letter in enumerate(letters)}

seen, following = [], []
for river in rivers:
    two = [0, 0]
    for letter in river + ".":
        seen.append(two)
        following.append(number[letter])
        two = [two[1], number[letter]]
X, Y = torch.tensor(seen)[:12], torch.tensor(following)[:12]
N, places, width, hidden = 12, 2, 3, 5

g = torch.Generator().manual_seed(7)
table = torch.randn(len(letters), width, generator=g)
W1 = torch.randn(places * width, hidden, generator=g) * 0.4
gain, shift = torch.rand(1, hidden, generator=g) + 0.5, torch.randn(1, hidden, generator=g) * 0.1
W2, b2 = torch.randn(hidden, len(letters), generator=g) * 0.3, torch.zeros(len(letters))
for parameter in (table, W1, gain, shift, W2, b2):
    parameter.requires_grad = True

# forward
vectors = table[X]
joined = vectors.view(N, -1)
pre = joined @ W1
centre = pre.mean(0, keepdim=True)
off = pre - centre
variance = (off**2).mean(0, keepdim=True)
scale = (variance + 1e-5) ** -0.5
normed = off * scale
h = torch.tanh(gain * normed + shift)
scores = h @ W2 + b2
loss = F.cross_entropy(scores, Y)
loss.backward()

# backward, by hand
dscores = F.softmax(scores, 1)
dscores[range(N), Y] -= 1
dscores /= N
dW2 = h.T @ dscores
db2 = dscores.sum(0)
dh = dscores @ W2.T
dz = dh * (1 - h**2)
dgain = (dz * normed).sum(0, keepdim=True)
dshift = dz.sum(0, keepdim=True)
dnormed = dz * gain
dscale = (dnormed * off).sum(0, keepdim=True)
dvariance = dscale * -0.5 * (variance + 1e-5) ** -1.5
doff = dnormed * scale + dvariance * 2 * off / N
dcentre = -doff.sum(0, keepdim=True)
dpre = doff + dcentre / N
dW1 = joined.T @ dpre
djoined = dpre @ W1.T
dvectors = djoined.view(N, places, width)
dtable = torch.zeros_like(table)
for row in range(N):
    for place in range(places):
        dtable[X[row, place]] += dvectors[row, place]

for name, mine, theirs in (("table", dtable, table), ("W1", dW1, W1), ("gain", dgain, gain), ("W2", dW2, W2)):
    print(f"{name:6s} {torch.allclose(mine, theirs.grad)}")
