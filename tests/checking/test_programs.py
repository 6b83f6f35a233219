"""Programs as people write them: classes, dictionaries, rows in loops, masks, ascent; what is right is never accused."""

from __future__ import annotations

from pathlib import Path

import pytest

import chainrule

PROGRAMS: dict[str, tuple[str, dict[str, str]]] = {
    "momentum": (
        """
import numpy as np
np.random.seed(3)

X=np.random.randn(5,3); y=np.random.randn(5,1)
W=np.random.randn(3,1); b=np.zeros((1,1)); v=np.zeros_like(W); lr=0.1; beta=0.9
P=X@W+b
loss=np.mean((P-y)**2)
dW=2*X.T@(P-y)/len(X)
db=2*np.mean(P-y)
v=beta*v+(1-beta)*dW
W=W-lr*v
b=b-lr*db
""",
        {"dW": "right", "db": "right"},
    ),
    "ascent": (
        """
x=0.5; t=1.0; w=0.3
o=w*x
error=t-o
loss=0.5*error**2
w+=0.1*error*x
""",
        {"w": "right"},
    ),
    "dict": (
        """
import numpy as np
np.random.seed(3)

def sigmoid(z): return 1/(1+np.exp(-z))
params={'W1':np.random.randn(4,3)*.5,'b1':np.zeros((4,1)),'W2':np.random.randn(1,4)*.5,'b2':np.zeros((1,1))}
X=np.random.randn(3,6); Y=(np.random.rand(1,6)>.5).astype(float)
m=6
Z1=params['W1']@X+params['b1']; A1=np.tanh(Z1)
Z2=params['W2']@A1+params['b2']; A2=sigmoid(Z2)
cost=-np.sum(Y*np.log(A2)+(1-Y)*np.log(1-A2))/m
grads={}
dZ2=A2-Y
grads['dW2']=dZ2@A1.T/m
grads['db2']=np.sum(dZ2,axis=1,keepdims=True)/m
dZ1=params['W2'].T@dZ2*(1-A1**2)
grads['dW1']=dZ1@X.T/m
grads['db1']=np.sum(dZ1,axis=1)/m
for k in params:
    params[k]=params[k]-0.1*grads['d'+k]
""",
        {"grads['db1']": "wrong"},
    ),
    "relu_mask_inplace": (
        """
import numpy as np
np.random.seed(3)

X=np.random.randn(6,4); y=np.array([0,2,1,1,0,2])
W1=np.random.randn(4,5)*.5; b1=np.zeros(5); W2=np.random.randn(5,3)*.5; b2=np.zeros(3)
reg=1e-3
h=np.maximum(0,X@W1+b1)
scores=h@W2+b2
e=np.exp(scores-scores.max(axis=1,keepdims=True)); probs=e/e.sum(axis=1,keepdims=True)
loss=-np.log(probs[range(6),y]).mean()+0.5*reg*np.sum(W1*W1)+0.5*reg*np.sum(W2*W2)
ds=probs.copy(); ds[range(6),y]-=1; ds/=6
dW2=h.T@ds+reg*W2
db2=ds.sum(axis=0)
dh=ds@W2.T
dh[h<=0]=0
dW1=X.T@dh
db1=dh.sum(axis=0)
W1+=-0.1*dW1; b1+=-0.1*db1; W2+=-0.1*dW2; b2+=-0.1*db2
""",
        {"dW1": "wrong", "db1": "right", "dW2": "right", "db2": "right"},
    ),
    "class": (
        """
import numpy as np
np.random.seed(3)

class Net:
    def __init__(self):
        self.w1=np.random.randn(2,4); self.w2=np.random.randn(4,1)
    def sigmoid(self,s): return 1/(1+np.exp(-s))
    def sigmoidPrime(self,s): return s*(1-s)
    def forward(self,X):
        self.z=np.dot(X,self.w1); self.z2=self.sigmoid(self.z); self.z3=np.dot(self.z2,self.w2); return self.sigmoid(self.z3)
    def backward(self,X,y,o):
        self.o_error=y-o
        self.o_delta=self.o_error*self.sigmoidPrime(o)
        self.z2_error=self.o_delta.dot(self.w2.T)
        self.z2_delta=self.z2_error*self.sigmoidPrime(self.z2)
        self.w1+=X.T.dot(self.z2_delta)
        self.w2+=self.z2.T.dot(self.o_delta)
    def train(self,X,y):
        o=self.forward(X); self.backward(X,y,o)
X=np.array([[0,0],[0,1],[1,0],[1,1]],float); y=np.array([[0],[1],[1],[0]],float)
net=Net()
for i in range(100):
    loss=0.5*np.sum((y-net.forward(X))**2)
    net.train(X,y)
""",
        {"self.w1": "right", "self.w2": "right"},
    ),
    "rows_loop": (
        """
import numpy as np
np.random.seed(3)

X=np.random.randn(4,3); y=np.random.randn(4)
w=np.random.randn(3); b=0.0; lr=0.1
for epoch in range(3):
    loss=0.0; gw=np.zeros(3); gb=0.0
    for i in range(4):
        p=X[i]@w+b
        loss+=(p-y[i])**2
        gw+=2*(p-y[i])*X[i]
        gb+=(p-y[i])
    w-=lr*gw; b-=lr*gb
""",
        {"gw": "right", "gb": "wrong"},
    ),
    "float32": (
        """
import numpy as np
np.random.seed(3)

X=np.random.randn(5,3).astype(np.float32); y=np.random.randn(5,1).astype(np.float32)
W=np.random.randn(3,1).astype(np.float32)
loss=np.mean((X@W-y)**2)
dW=2*X.T@(X@W-y)/np.float32(5)
W-=np.float32(.1)*dW
""",
        {"dW": "right"},
    ),
    "logeps": (
        """
import numpy as np
np.random.seed(3)

x=np.random.randn(6,2); t=(np.random.rand(6,1)>.5)*1.0
W=np.random.randn(2,1); b=np.zeros(1)
p=1/(1+np.exp(-(x@W+b)))
loss=-np.mean(t*np.log(p+1e-9)+(1-t)*np.log(1-p+1e-9))
d=(p-t)/6
dW=x.T@d
db=d.sum(0)
W=W-.1*dW; b=b-.1*db
""",
        {"dW": "right", "db": "right"},
    ),
    "dropout": (
        """
import numpy as np
np.random.seed(3)

X=np.random.randn(6,4); Y=np.random.randn(6,1); W1=np.random.randn(4,5); W2=np.random.randn(5,1)
keep=.8
A=np.tanh(X@W1)
D=(np.random.rand(*A.shape)<keep)
A=A*D/keep
P=A@W2
loss=((P-Y)**2).sum()/6
dP=2*(P-Y)/6
dW2=A.T@dP
dA=dP@W2.T*D
dZ=dA*(1-A**2)
dW1=X.T@dZ
W1-=.1*dW1; W2-=.1*dW2
""",
        {"dW2": "right", "dW1": "wrong"},
    ),
    "two_nets": (
        """
import numpy as np
np.random.seed(3)

x=np.random.randn(5,2); t=np.random.randn(5,1)
a=np.random.randn(2,1); loss_a=((x@a-t)**2).mean(); da=2*x.T@(x@a-t)/5; a=a-.1*da
c=np.random.randn(2,1); loss_c=((x@c-t)**2).sum(); dc=2*x.T@(x@c-t)/5; c=c-.1*dc
""",
        {"da": "right"},
    ),
    "false_friends": (
        """
import numpy as np
np.random.seed(3)

import math
dt=0.1; df=5; data=np.random.randn(4,2); dim=2; dist=np.linalg.norm(data); db={'k':1}; dot=data@data.T
w=np.random.randn(2); y=np.random.randn(4)
loss=((data@w-y)**2).sum()
dw=2*data.T@(data@w-y)
w=w-0.01*dw
""",
        {"dw": "right"},
    ),
    "mae": (
        """
import numpy as np
np.random.seed(3)

x=np.random.randn(5); t=np.random.randn(5); w=0.4; b=.1
p=w*x+b
mae=np.mean(np.abs(p-t))
dw=np.mean(np.sign(t-p)*x)
db=np.mean(np.sign(p-t))
w-=.1*dw; b-=.1*db
""",
        {"dw": "wrong", "db": "right"},
    ),
}


@pytest.mark.parametrize("title", PROGRAMS)
def test_the_verdicts_are_those_of_an_expert(tmp_path: Path, title: str) -> None:
    text, expected = PROGRAMS[title]
    path = tmp_path / "program.py"
    path.write_text(text, encoding="utf-8")
    check = chainrule.check(path)
    assert {name: check[name].verdict for name in expected} == expected


def test_a_masked_gradient_is_the_derivative_for_what_went_into_the_activation(tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text(PROGRAMS["relu_mask_inplace"][0], encoding="utf-8")
    first, second = (j for j in chainrule.check(path) if j.name.text == "dh")
    assert first.because == "∂loss/∂h"
    assert second.because == "∂loss/∂(the `add` at line 8); not for h itself, but for what it is made from"


def test_each_of_two_networks_is_judged_with_its_own_loss(tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text(PROGRAMS["two_nets"][0], encoding="utf-8")
    check = chainrule.check(path)
    assert [(j.name.text, j.loss, j.because) for j in check] == [
        ("da", "loss_a", "∂loss_a/∂a"),
        ("dc", "loss_c", "exactly 1/N (N = 5) of the gradient of the loss as written"),
    ]
    assert check.coverage.not_in_loss == ()


def test_a_factor_is_told_apart_from_the_epsilons_of_the_loss_and_of_a_function_that_it_calls(tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text(
        "import numpy as np\nnp.random.seed(0)\nN, D, C = 6, 4, 3\nX = np.random.rand(N, D)\nY = np.eye(C)[np.arange(N) % C]\n"
        "W = np.random.randn(D, C)\ndef softmax(z):\n    z -= np.max(z)\n    e = np.exp(z)\n"
        "    return e / (np.sum(e, axis=1).reshape(-1, 1) + 1e-7)\np = softmax(np.dot(X, W))\n"
        "loss = np.mean(-Y * np.log(p + 1e-8))\nd_W = np.dot(X.T, p - Y) / N\n",
        encoding="utf-8",
    )
    (found,) = chainrule.check(path)
    assert found.kind == "scale"
    assert found.because == (
        "exactly C (C = 3) times the gradient of the loss as written, apart from the 1e-07 (line 10) and the 1e-08 (line 12) in the loss"
    )


SCALAR = "x = 0.5\nt = 1.0\nw = 0.3\nlr = 0.1\no = w * x\nerror = t - o\nloss = 0.5 * error**2\n"


@pytest.mark.parametrize(
    ("line", "verdict", "because"),
    [
        ("w += lr * error * x", "right", "∂loss/∂w, its sign turned for the update"),
        ("w = w + lr * (t - o) * x", "right", "∂loss/∂w, its sign turned for the update"),
        ("w -= (o - t) * x * lr", "right", "∂loss/∂w"),
        ("w = w + error * lr * x", "right", "∂loss/∂w, its sign turned for the update"),
        ("w += 0.1 * error * x", "right", "∂loss/∂w, its sign turned for the update"),
        ("w += -lr * (o - t) * x", "right", "∂loss/∂w, its sign turned for the update"),
        ("step = lr * error * x\nw = w + step", "right", "∂loss/∂w, its sign turned for the update"),
        ("w = w - lr * 2 * (o - t) * x", "wrong", "exactly 2 times the gradient of the loss as written"),
        ("w -= lr * error * x", "wrong", "the gradient of the loss with its sign turned: the step climbs the loss"),
        (
            "w -= 0.4 * ((o - t) * x * 2)",
            "right",
            "2 times ∂loss/∂w, which the number in the same line makes a matter of the learning rate",
        ),
        ("w += lr * error", "wrong", "it leaves out the factor x"),
        ("w -= 0.1 * (o - t) * o", "wrong", "it uses o where x belongs"),
    ],
)
def test_a_gradient_written_into_the_update_line(tmp_path: Path, line: str, verdict: str, because: str) -> None:
    path = tmp_path / "program.py"
    path.write_text(f"{SCALAR}{line}\n", encoding="utf-8")
    (found,) = chainrule.check(path)
    assert (found.verdict, found.because) == (verdict, because)


def test_the_line_to_write_instead_is_an_update_where_the_gradient_stands_in_one(tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text(f"{SCALAR}w -= 0.1 * (o - t) * o\n", encoding="utf-8")
    (found,) = chainrule.check(path)
    path.write_text(f"{SCALAR}{found.write_instead}\n", encoding="utf-8")
    (mended,) = chainrule.check(path)
    assert (found.write_instead[:5], mended.verdict) == ("w -= ", "right")
