"""Functions: those handed over from Python are explained, and none that a program calls loses a derivative in silence."""

from __future__ import annotations

import functools
import math
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import chainrule

SCALE = 3.0


def calls_another(w: Any, x: Any) -> Any:
    return with_loops(w, x) + recursive(-w)


def with_loops(w: Any, x: Any) -> Any:
    h = 0.0
    for i in range(3):
        h = np.tanh(w * h + x * i)
    while h < 2:
        h = h * 2
    return h**2


def with_math(w: Any) -> Any:
    return math.exp(w) * math.sin(w)


def with_keywords(w: Any, *, x: Any = 2.0, y: Any) -> Any:
    return w * x * y**2


def recursive(w: Any, n: int = 3) -> Any:
    return w if n == 0 else w * recursive(w, n - 1)


def closure() -> Callable[..., Any]:
    k = 2.0

    def inner(w: Any) -> Any:
        return k * w**3

    return inner


def counting() -> Callable[..., Any]:
    calls = 0

    def inner(w: Any) -> Any:
        nonlocal calls
        calls += 1
        return w**2

    return inner


def doubled(function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def inner(*given: Any, **named: Any) -> Any:
        return 2 * function(*given, **named)

    return inner


@doubled
def decorated(w: Any) -> Any:
    return w**2


class Model:
    def __init__(self, target: float) -> None:
        self.target = target

    def loss(self, w: Any, x: Any) -> Any:
        return (w * x - self.target) ** 2

    def __call__(self, w: Any) -> Any:
        return self.target * w**2

    @staticmethod
    def cube(w: Any) -> Any:
        return w**3


def without_source(text: str, name: str = "f") -> Callable[..., Any]:
    space: dict[str, Any] = {"math": math, "np": np}
    exec(text, space)
    made: Callable[..., Any] = space[name]
    return made


W = np.array([[1.0, 2.0], [3.0, 4.0]])
FUNCTIONS: dict[str, tuple[Callable[..., Any], dict[str, Any]]] = {
    "a lambda": (lambda w, x: (w * x - SCALE) ** 2, {"w": 2.0, "x": 4.0}),
    "a lambda beside another": ((lambda w: w**2, lambda w: w**3)[1], {"w": 2.0}),
    "a function that calls another": (calls_another, {"w": 2.0, "x": 1.5}),
    "loops": (with_loops, {"w": 0.5, "x": 0.3}),
    "mathematics": (with_math, {"w": 1.0}),
    "keywords": (with_keywords, {"w": 2.0, "y": 3.0}),
    "any keywords": (lambda **k: k["a"] * k["b"] ** 2, {"a": 2.0, "b": 3.0}),
    "recursion": (recursive, {"w": 2.0}),
    "a closure": (closure(), {"w": 2.0}),
    "a nonlocal name": (counting(), {"w": 2.0}),
    "a decorated function": (decorated, {"w": 3.0}),
    "a method": (Model(1.0).loss, {"w": 2.0, "x": 3.0}),
    "an object called": (Model(2.0), {"w": 2.0}),
    "a static method": (Model.cube, {"w": 2.0}),
    "arrays": (lambda W, x: np.sum((W @ x) ** 2), {"W": W, "x": np.array([1.0, -1.0])}),
    "a list": (lambda v: sum(a * a for a in v), {"v": [1.0, 2.0]}),
    "one entry": (lambda v: v**2, {"v": np.array([2.0])}),
    "no source": (without_source("def f(w, x): return math.sin(w) * x + np.tanh(w)"), {"w": 1.0, "x": 2.0}),
    "no source, another function": (without_source("def g(z): return z if z > 0 else -z\ndef f(w): return g(w) ** 2"), {"w": 3.0}),
    "no source, a loop": (without_source("def f(w):\n    t = 0.0\n    for i in range(3): t = t + max(w, i)\n    return t"), {"w": 1.5}),
    "no source, float()": (without_source("def f(w): return float(w) ** 2"), {"w": 3.0}),
    "no source, an array": (without_source("def f(w): return np.sum(np.array([w, 2 * w]) ** 2)"), {"w": 3.0}),
    "no source, a store": (without_source("def f(w):\n    z = np.zeros(2)\n    z[0] = w\n    return np.sum(z ** 2)"), {"w": 3.0}),
}  # fmt: skip
NOT_EXPLAINED: dict[str, str] = {}


def cases(table: dict[str, Any], broken: dict[str, str]) -> list[Any]:
    assert broken.keys() <= table.keys()
    marks = {name: [pytest.mark.xfail(strict=True, reason=reason)] for name, reason in broken.items()}
    return [pytest.param(entry, id=name, marks=marks.get(name, [])) for name, entry in table.items()]


def direction(value: Any) -> Any:
    return np.arange(1.0, 1.0 + np.size(value)).reshape(np.shape(value))


def slope(function: Callable[[dict[str, Any]], Any], values: dict[str, Any], name: str) -> float:
    """The derivative along one direction, by central differences of the function itself."""
    step = 1e-5 * direction(values[name])
    ahead, back = (np.sum(function({**values, name: np.asarray(values[name]) + s * step})) for s in (1, -1))
    return float(ahead - back) / 2e-5


@pytest.mark.parametrize("case", cases(FUNCTIONS, NOT_EXPLAINED))
def test_a_function_is_explained(case: tuple[Callable[..., Any], dict[str, Any]]) -> None:
    function, values = case
    before = {name: np.copy(value) for name, value in values.items()}
    work = chainrule.explain(function, values)
    assert work.loss == pytest.approx(function(**values))
    for name, value in values.items():
        gradient = np.sum(np.asarray(work[f"{name}#1"].gradient, float) * direction(value))
        assert gradient == pytest.approx(slope(lambda given: function(**given), values, name), rel=1e-5)
        assert np.array_equal(value, before[name])


@pytest.mark.parametrize(
    ("function", "values", "message"),
    [
        (lambda W: W * 2, {"W": W}, "f returned an array of shape (2, 2); a derivative is taken of one number. Sum it, or take its mean."),
        (lambda w: (w, w), {"w": 1.0}, "f returned tuple that does not depend on its values, so it has no derivative."),
        (lambda w: None, {"w": 1.0}, "f returned NoneType that does not depend on its values, so it has no derivative."),
        (lambda w: 3.0, {"w": 1.0}, "f returned float that does not depend on its values, so it has no derivative."),
        (with_keywords, {"w": 1.0}, "with_keywords cannot be called with w: with_keywords() missing 1 required keyword-only argument: 'y'."),
        (math.exp, {"x": 1.0}, "exp cannot be called with x: math.exp() takes no keyword arguments."),
    ],
)  # fmt: skip
def test_what_has_no_derivative_is_said(function: Callable[..., Any], values: dict[str, Any], message: str) -> None:
    with pytest.raises(chainrule.AskError) as caught:
        chainrule.explain(function, values)
    assert str(caught.value) == message


# ------------------------------------------------------------------------------------------------ nothing is lost in silence

LEAVES: dict[str, Any] = {"w": 1.5, "u": 0.8, "v": np.array([1.0, -2.0, 0.5]), "W": np.array([[0.5, -1.2], [2.0, 0.7]])}
WITHIN = "import numpy as np\nimport math\nkeep = w = 1.5\nu = 0.8\nv = np.array([1.0, -2.0, 0.5])\nW = np.array([[0.5, -1.2], [2.0, 0.7]])\n"
FOLLOWED = {
    "map, filter": "loss = sum(map(lambda a: a * w, filter(lambda a: a > 0, v))) ** 2",
    "map of functions": "loss = sum(map(np.tanh, v)) * sum(map(abs, [w, -u]))",
    "map(math.exp)": "loss = sum(map(math.exp, [w, u]))",
    "map(float)": "loss = sum(map(float, [w, u])) ** 2",
    "sorted, max and min with a key": "loss = sorted([w, u, -w])[0] ** 2 * max([w, -3 * u], key=abs) * min([w, u], default=0)",
    "sum with a start": "loss = sum([w ** 2, u], start=w * u) ** 2",
    "zip(*)": "a, b = zip(*[(w, u), (2 * w, 3 * u)])\nloss = sum(a) ** 2 + b[1] ** 2",
    "nested lists": "M = [[w, u], [1.0, w]]\nT = [[sum(M[i][k] * M[k][j] for k in range(2)) for j in range(2)] for i in range(2)]\nloss = T[0][0] * T[1][1]",
    "tolist, item": "loss = v.tolist()[0] ** 2 * W.item(0, 1) + np.sum(v ** 2).item()",
    "deepcopy": "import copy\nz = copy.deepcopy([W, w])\nW[0] = 0\nloss = np.sum(z[0] ** 2) * z[1] + np.sum(W)",
    "a frozen dataclass": "from dataclasses import dataclass, asdict\n@dataclass(frozen=True)\nclass P:\n    a: float\n    b: float\nloss = P(w, u).a ** 2 * asdict(P(1.0, u))['b']",
    "dictionaries": "from collections import defaultdict\nd = defaultdict(float)\nd['a'] += w\nd.update(b=u ** 2)\nd.setdefault('c', []).append(w)\nloss = d.pop('a') * d['b'] * d['c'][0]",
    "a queue": "from collections import deque\nd = deque([w, u], maxlen=2)\nd.append(w * u)\nloss = d[0] + d[1] ** 2",
    "sent to a generator": "def g():\n    t = 0.0\n    while True: t = t + (yield t) ** 2\nc = g()\nnext(c)\nc.send(w)\nloss = c.send(u)",
    "closures and globals": "t = 0.0\ndef add(a):\n    global t\n    t += a ** 2\n    def inner():\n        nonlocal a\n        a *= u\n        return a\n    return inner\nloss = add(w)() + t",
    "a state that changes between calls": "class A: k = 2.0\ndef f(z): return A.k * z\na = f(w)\nA.k = u\nloss = (a + f(w)) ** 2",
    "a memo": "memo = {}\ndef f(n):\n    if n not in memo: memo[n] = w if n == 0 else f(n - 1) * u\n    return memo[n]\nloss = f(3)",
    "an operator of a class, on a number": "class V:\n    def __init__(self, d): self.d = d\n    def __rmul__(self, o): return V(self.d * o)\nloss = (w * V(u)).d ** 2",
    "an object called": "class A:\n    def __init__(self, a): self.a = a\n    def __call__(self, x): return self.a * x\nloss = A(w)(u) ** 2",
    "match": "match [w, {'k': u}]:\n    case [a, {'k': b}]: loss = a ** 2 * b",
    "with": "from contextlib import contextmanager\n@contextmanager\ndef c(a): yield a * 2\nwith c(w) as z: loss = z ** 2",
    "stars": "a, *b = [w, u, w * u]\nloss = a * b[1] + b[0]",
    "a number that is added to its own product": "z = w * u + w\nloss = (z - 1.0) ** 2",
    "dict.fromkeys": "loss = sum(dict.fromkeys('ab', w).values()) ** 2",
    "a namespace": "from types import SimpleNamespace\nk = SimpleNamespace(a=w)\nloss = k.a ** 2",
    "a named tuple": "from collections import namedtuple\nloss = namedtuple('P', 'a b')(w, u).a ** 2",
    "dataclasses.replace": "from dataclasses import dataclass, replace\n@dataclass\nclass P:\n    a: float\n    b: float\nloss = replace(P(w, u), b=w * u).b",
    "itertools.accumulate": "from itertools import accumulate\nloss = list(accumulate([w, u, w]))[-1] ** 2",
    "itertools.chain": "from itertools import chain\nloss = sum(a ** 2 for a in chain([w], [u]))",
    "functools.reduce": "from functools import reduce\nloss = reduce(lambda a, b: a * b, [w, u, 2.0])",
    "functools.partial": "from functools import partial\ndef f(a, b): return a * b ** 2\nloss = partial(f, w)(u)",
    "functools.lru_cache": "from functools import lru_cache\n@lru_cache\ndef f(a): return a ** 2\nloss = f(w) + f(u)",
    "operator, math.prod, statistics": "import operator, statistics\nloss = operator.mul(w, u) + math.prod([w, u]) + statistics.mean([w, u])",
    "random.choice": "import random\nrandom.seed(0)\nloss = random.choice([w, u]) ** 2",
    "a shuffled array": "z = v * 1.0\nnp.random.seed(0)\nnp.random.shuffle(z)\nloss = z[0] ** 3",
    "a thread": "from concurrent.futures import ThreadPoolExecutor\nwith ThreadPoolExecutor(1) as ex: loss = sum(ex.map(lambda a: a ** 2, [w, u]))",
    "str and float": "loss = float(str(w)) ** 2",
    "a formatted number": "loss = float(f'{w:.6f}') * float('%.6f' % u)",
    "json": "import json\nloss = json.loads(json.dumps([w, u]))[0] ** 2",
    "pickle": "import pickle\nloss = np.sum(pickle.loads(pickle.dumps(W)) ** 2)",
    "struct": "import struct\nloss = struct.unpack('d', struct.pack('d', w))[0] ** 2",
    "array.array": "import array\nloss = array.array('d', [w, u])[0] ** 2",
    "Decimal and Fraction": "from decimal import Decimal\nfrom fractions import Fraction\nloss = float(Decimal(w) * 2) + float(Fraction(u))",
    "a complex step": "loss = ((w + 1e-30j) ** 2).imag / 1e-30",
    "bytes of an array": "loss = np.sum(np.frombuffer(v.tobytes()) ** 2)",
    "a memoryview": "loss = np.sum(np.array(memoryview(v)) ** 2)",
    "np.fromiter": "loss = np.sum(np.fromiter((a * w for a in [1.0, 2.0]), float) ** 2)",
    "np.vectorize": "f = np.vectorize(lambda a: a * a)\nloss = np.sum(f(v))",
    "np.vectorize, with a parameter inside": "f = np.vectorize(lambda a: a * w)\nloss = np.sum(f(np.array([1.0, 2.0])))",
    "np.apply_along_axis": "loss = np.sum(np.apply_along_axis(lambda r: r.sum() ** 2, 1, W))",
    "np.apply_along_axis, with a parameter inside": "loss = np.sum(np.apply_along_axis(lambda r: r * w, 0, np.ones((2, 2))))",
    "np.frompyfunc": "loss = np.sum(np.frompyfunc(lambda a: a * a, 1, 1)(v).astype(float))",
    "np.nditer": "loss = 0.0\nfor a in np.nditer(v): loss = loss + a * a",
    "np.ndenumerate": "loss = 0.0\nfor i, a in np.ndenumerate(W): loss = loss + a * (i[0] + 1)",
    "flat": "loss = 0.0\nfor a in W.flat: loss = loss + a ** 2",
    "np.c_": "loss = np.sum(np.c_[v, v * w] ** 2)",
    "np.full by keyword": "loss = np.sum(np.full(shape=(2,), fill_value=w) ** 2)",
    "np.linspace": "loss = np.sum(np.linspace(0, w, 3) ** 2)",
    "np.float64 of a list": "loss = np.sum(np.float64([w, u]) ** 2)",
    "an array of objects": "z = np.array([w, u], dtype=object)\nloss = z[0] ** 2 + z[1]",
    "out= of a sum": "z = np.zeros(2)\nnp.sum(W, axis=0, out=z)\nloss = np.sum(z ** 2)",
    "out= of np.square": "z = np.zeros(3)\nnp.square(v, out=z)\nloss = np.sum(z ** 2)",
    "out= and where=": "z = np.zeros(3)\nnp.multiply(v, w, out=z, where=np.array([True, False, True]))\nloss = np.sum(z ** 2)",
    "an item set by its method": "z = np.zeros(3)\nz.__setitem__(0, w)\nloss = np.sum(z ** 2)",
    "np.copyto, np.put, np.fill_diagonal": "z = np.zeros((2, 2))\nnp.copyto(z, W)\nnp.put(z, [1], [w])\nnp.fill_diagonal(z, u)\nloss = np.sum(z ** 2)",
    "np.cumsum, np.prod, np.diff, np.pad": "loss = np.sum(np.cumsum(v) ** 2) + np.prod(v) + np.sum(np.diff(v) ** 2) + np.sum(np.pad(v, 1) ** 2)",
}  # fmt: skip

LOST: dict[str, str] = {}


def loss_at(body: str, values: dict[str, Any]) -> float:
    space: dict[str, Any] = {"np": np, "math": math, **{k: np.copy(v) if np.ndim(v) else float(v) for k, v in values.items()}}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exec(body, space)
    return float(space["loss"])


@pytest.mark.parametrize("body", cases(FOLLOWED, LOST))
def test_a_derivative_is_that_of_the_program_or_it_is_said_to_be_unknown(body: str, tmp_path: Path) -> None:
    slopes = {name: true for name in LEAVES if abs(true := slope(functools.partial(loss_at, body), LEAVES, name)) > 1e-9}
    path = tmp_path / "program.py"
    path.write_text(f"{WITHIN}{body}\nloss = loss + keep ** 2\n", encoding="utf-8")
    work = chainrule.explain(path, wrt=tuple(f"{name}#1" for name in slopes), of="loss")
    shown = " ".join(str(work).split())  # a long line is broken at the width of the page
    for name, true in slopes.items():
        found = work[f"{name}#1"]
        if found.gradient is None:
            assert f"unknown {found.because}" in shown
        elif not any(words in note for note in work.notices for words in ("cannot be followed", "nothing is said")):
            assert float(np.sum(found.gradient * direction(LEAVES[name]))) == pytest.approx(true, rel=1e-5)
