"""A program that is read does what it does without being read: the same output, byte for byte, for every feature of Python."""

from __future__ import annotations

import contextlib
import io
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import chainrule

HEAD = "w = 2.0\nx = 3\nloss = (w * x - 5.0) ** 2\n"

SAME = {
    "a function that prints the rows of an array": "import numpy as np\ndef show(m):\n    for row in m:\n        print('[' + ' '.join(f'{v:.2f}' for v in row) + ']')\nshow(np.array([[w, x], [x, w]]) * w)",
    "comprehensions": "print([a * w for a in range(4) if a % 2], {a % 3 for a in range(9)}, {a: w for a in 'ab'}, [b for a in [[1, 2], [3]] for b in a], [x for x in 'xy'], x)",
    "generators": "def g(n):\n    try:\n        for i in range(n):\n            print('got', (yield i * w))\n    finally:\n        print('closed')\nit = g(3)\nprint(next(it), it.send('a'))\nit.close()\nprint(list(g(2)), sum(a for a in g(2)))",
    "yield from": "def a():\n    print('r', (yield from b()))\ndef b():\n    yield 1\n    return w\nprint(list(a()))",
    "closures and nonlocal": "def counter():\n    n = 0\n    def up(by=1):\n        nonlocal n\n        n += by * w\n        return n\n    return up\nc = counter()\nprint(c(), c(3), [f() for f in [lambda i=i: i * w for i in range(3)]], [f() for f in [lambda: i for i in range(3)]])",
    "global": "total = 0\ndef add(k):\n    global total, fresh\n    total += k\n    fresh = total * 2\nadd(w)\nadd(x)\nprint(total, fresh, 'total' in globals())",
    "walrus": "if (n := x * 2) > 5: print(n)\nwhile (n := n - 1) > 3: print(n, end=' ')\nprint([y for v in (1, 2) if (y := v * w) > 1], y)",
    "match": "class P:\n    __match_args__ = ('a', 'b')\n    def __init__(s, a, b): s.a, s.b = a, b\nfor k in [1, 'a', (1, 2), [1, 2, 3], {'k': w, 'o': 1}, P(w, x), None, -1, 2.5, b'q']:\n    match k:\n        case 1 | -1: print('one')\n        case str() as s: print(s)\n        case (a, b): print('pair', a, b)\n        case [a, *r]: print('list', a, r)\n        case {'k': v, **o}: print('map', v, o)\n        case P(a=aa, b=3) if aa > 1: print('P', aa)\n        case None: print('none')\n        case float(f): print('f', f)\n        case _: print('other', k)",
    "try, except, else, finally": "def f(k):\n    try:\n        if k == 0: return 'r'\n        if k == 1: raise ValueError(w)\n        if k == 2: {}[k]\n    except ValueError as e: print('v', e, e.args)\n    except (KeyError, TypeError) as e: return repr(e)\n    else: print('else')\n    finally: print('fin', k)\n    return 'end'\nprint([f(i) for i in range(4)])",
    "raise from, assert, groups": "try:\n    try: 1 / 0\n    except ZeroDivisionError as e: raise RuntimeError('x') from e\nexcept RuntimeError as e: print(repr(e.__cause__))\ntry: assert w > 5, f'no {w}'\nexcept AssertionError as e: print(e)\ntry: raise ExceptionGroup('g', [ValueError(1), TypeError(2)])\nexcept* ValueError as e: print('v', e.exceptions)\nexcept* TypeError as e: print('t', e.exceptions)",
    "with": "from contextlib import contextmanager, suppress\n@contextmanager\ndef c(n):\n    print('in', n)\n    try: yield n * w\n    finally: print('out', n)\nwith c(1) as a, c(2) as (b): print(a, b)\nwith suppress(ZeroDivisionError): 1 / 0\nclass M:\n    def __enter__(self): return self\n    def __exit__(self, t, v, tb):\n        print(t.__name__ if t else None)\n        return True\nwith M(): raise ValueError('q')",
    "decorators": "import functools\ndef log(tag):\n    def d(f):\n        @functools.wraps(f)\n        def g(*a, **k):\n            print(tag, f.__name__, a, k)\n            return f(*a, **k)\n        return g\n    return d\n@log('A')\n@log('B')\ndef f(a, b=2, *c, d, **e):\n    'doc'\n    return a + b + d\nprint(f(1, d=w), f(1, 2, 3, d=4, z=5), f.__doc__, f.__name__)",
    "classes": "class A:\n    count = 0\n    __slots__ = ('x', '_y')\n    def __init__(self, x):\n        self.x = x; self._y = x * 2; A.count += 1\n    @property\n    def y(self): return self._y\n    @y.setter\n    def y(self, v): self._y = v\n    @classmethod\n    def make(cls, v): return cls(v)\n    @staticmethod\n    def s(v): return v + 1\n    def __repr__(self): return f'A({self.x})'\n    def __eq__(self, o): return self.x == o.x\n    def __lt__(self, o): return self.x < o.x\n    def __hash__(self): return hash(self.x)\n    def __iter__(self): yield from (self.x, self._y)\n    def __bool__(self): return False\na = A.make(w); a.y = 7; a.y += 1\nprint(a, a.y, A.count, A.s(1), a == A(w), sorted([A(3), A(1)]), list(a), bool(a), {a: 1}[A(2.0)])\ntry: a.z = 1\nexcept AttributeError as e: print(e)",
    "inheritance": "class B:\n    def __init_subclass__(cls, **k): print('sub', cls.__name__, k)\n    def f(self): return 'B'\n    def __getattr__(self, n): return n.upper()\nclass C(B, k=1):\n    def f(self): return 'C' + super().f()\nclass D(B):\n    def f(self): return 'D' + super().f()\nclass E(C, D): pass\nprint(E().f(), [k.__name__ for k in E.__mro__], E().hello)",
    "double underscore names": "class A:\n    __k = 1\n    def __init__(self): self.__x = w\n    def __p(self): return self.__x * self.__k\n    def q(self):\n        __t = self.__p()\n        __t += 1\n        self.__x = 5\n        return __t\na = A()\nprint(a.q(), a._A__x, A._A__k)",
    "double underscore, augmented": "class A:\n    def __init__(self): self.__x = 1.0\n    def go(self):\n        self.__x += 2\n        return self.__x\nprint(A().go())",
    "metaclasses, descriptors": "class M(type):\n    def __new__(m, n, b, d, **k): return super().__new__(m, n, b, {**d, 'added': 1})\nclass A(metaclass=M): v = w\nclass D:\n    def __set_name__(self, o, n): print('set', o.__name__, n)\n    def __get__(self, i, o): return 42\nclass U: d = D()\nprint(A.added, type(A).__name__, A.v, U.d)",
    "class scope": "k = 5\nclass A:\n    k = k + 1\n    def f(self): return k\n    l = [k for _ in range(1)]\n    for i in range(2): j = i\nprint(A.k, A().f(), A.l, A.i, A.j)",
    "a dataclass": "from dataclasses import dataclass, replace, asdict\n@dataclass\nclass P:\n    a: float\n    b: int\nprint(P(w, 1), replace(P(w, 1), a=5), asdict(P(w, 2)), P(1, 2) == P(1, 2))",
    "a dataclass with defaults": "from dataclasses import dataclass, field\n@dataclass\nclass P:\n    a: float\n    b: list = field(default_factory=list)\n    c: int = 3\nprint(P(w), P(w, c=1))",
    "a named tuple": "from collections import namedtuple\nP = namedtuple('P', 'a b')\nprint(P(w, x))\np = P(w, x)\nprint(p, p.a)",
    "an enum": "from enum import Enum, auto\nclass C(Enum):\n    A = 1\n    B = auto()\nprint(list(C), C(1), C['A'], C.B.value)",
    "lambda defaults": "f = lambda a, b=w, *c, d=1, **e: (a, b, c, d, e)\nprint(f(1), f(1, 2, 3, d=4, q=5), (lambda *a: sum(a))(1, w))",
    "stars": "def f(*a, k=1, **o): return a, k, sorted(o.items())\nprint(f(*[1, 2], *(3,), k=2, **{'z': w}), [*range(2), *'ab'], {**{'a': 1}, 'b': w}, (*[1], 2))\na, *b, c = range(5)\n(d, e), *g = [(1, 2), 3, 4]\n[h, (i, *j)] = [w, (1, 2, 3)]\nprint(a, b, c, d, e, g, h, i, j)",
    "async def": "import asyncio\nasync def never():\n    async with h() as k: return [q async for q in k]\nasync def ok():\n    await asyncio.sleep(0)\n    return w\nprint(asyncio.run(ok()))",
    "formatting": "n = 'abc'\nprint(f'{w:.3f}|{w!r:>8}|{x=}|{n!s:^9}|{w*x = :.1f}|{{}}|{x:05d}|{w:{5}.{1}e}|{w if x else 0:g}')\nprint('%s %d %5.2f %r %%' % (w, x, w, n), '%(a)s' % {'a': w}, '%s' % w, '{0:.2f} {k}'.format(w, k=x), '%d' % x, '%.2f%%' % w)",
    "sequences times a number": "print([0] * x, 'ab' * x, x * (1,), [[0] * 2 for _ in range(x)], 'ab' * 0, [w] * 2)",
    "dictionaries and sets": "d = {'b': 1, 'a': w}\nd['c'] = d.get('z', 5); d.setdefault('q', []).append(1); d |= {'m': 1}\ndel d['b']\nprint(d, list(d.items()), 'a' in d, d.pop('a'), len(d), {1, 2} | {3} & {3, 4} - {9}, {1, 2} ^ {2})",
    "lists": "s = [3, 1, 2]; s.sort(); s.insert(0, w); s[1:2] = [9, 9]; del s[0]; s.extend([1]); s += (5,)\nprint(s, s.index(9), s.count(9), s[::-1], s[-1], s[1:3], sorted(s, key=lambda v: -v))",
    "comparisons": "print(1 < w < 3 <= x != 4, not w, w and x, 0 or w, None is None, w in (1, 2), 1 if w > 5 else 2)\na = b = c = [1]\na += [2]\nprint(b is c, c)",
    "del": "q = 1\ndel q\ntry: q\nexcept NameError as e: print(e)\ns = [1, 2, 3]; del s[1], s[0]\nclass O: pass\no = O(); o.k = 1; del o.k\nprint(s, hasattr(o, 'k'))",
    "augmented": "s = [1, 2, 3]; s[0] += 5; s[1:] *= 2; d = {'k': 1.5}; d['k'] **= 2; d['k'] //= 2\nclass O: v = 1\no = O(); o.v -= 3\nn = 7; n %= 4; n |= 8; n &= 9; n ^= 1\nt = 'a'; t += 'b'; t *= 2\nprint(s, d, o.v, O.v, n, t)",
    "shifts": "n = 7\nn >>= 1\nn <<= 2\nprint(n, x << 1, x >> 1)",
    "the order of a store": "def p(k):\n    print(k, end=' ')\n    return k\nd = {}\nd[p('key')] = p('value')\nprint(d)",
    "the order of an augmented store": "def p(k, v):\n    print(k, end=' ')\n    return v\nL = [1]\np('list', L)[p('key', 0)] += p('value', 1)\nprint(L)",
    "the order of the rest": "def p(k):\n    print(k, end=' ')\n    return k\n(p(1), p(2))[p(0)]\nprint({p('a'): p('b')}, p(1) < p(2) < p(3), p(2) ** p(3), [p(1), *[p(2)]])\na, b = p(1), p(2)",
    "loops": "for i in range(3):\n    for j in range(3):\n        if j == 1: continue\n        if i == 2: break\n        print(i, j)\n    else: print('else', i)\nwhile x:\n    x -= 1\n    if x == 1: break\nelse: print('never')\nfor i, (a, b) in enumerate(zip('ab', [w, 1])): print(i, a, b)\nfor k in []: pass\nelse: print('empty')\nfor i in range(3):\n    try:\n        if i == 1: continue\n        if i == 2: break\n    finally: print('f', i)\nprint(i, x)",
    "recursion": "def fact(n): return 1 if n < 2 else n * fact(n - 1)\ndef hanoi(n, a, b, c): return 0 if n == 0 else hanoi(n - 1, a, c, b) + 1 + hanoi(n - 1, c, b, a)\nprint(fact(20), hanoi(6, 1, 2, 3), fact(100) % 1000007)\ndef inf(): return inf()\ntry: inf()\nexcept RecursionError: print('deep')",
    "deep recursion": "def deep(n): return n if n == 0 else deep(n - 1)\nprint(deep(600))",
    "lines of its own tracebacks": "import sys\ndef f(k):\n    y = k\n    return y / 0\ntry:\n\n    f(1)\nexcept ZeroDivisionError as e:\n    t = e.__traceback__\n    while t:\n        if t.tb_frame.f_code.co_filename == __file__: print(t.tb_lineno, t.tb_frame.f_code.co_name)\n        t = t.tb_next",
    "every line of a traceback": "import traceback\ndef f(k): return k / 0\ntry: f(1)\nexcept ZeroDivisionError as e: print([t.lineno for t in traceback.extract_tb(e.__traceback__)])",
    "the line of a warning": "import warnings\nwith warnings.catch_warnings(record=True) as c:\n    warnings.simplefilter('always')\n    warnings.warn('hi')\nprint(len(c), c[0].message, c[0].lineno)",
    "as a main program": "import sys, os\nprint(__name__, os.path.basename(__file__), len(sys.argv), os.path.basename(sys.argv[0]), sys.path[0] == os.path.dirname(os.path.abspath(__file__)), hasattr(sys.modules['__main__'], 'w'))\nif __name__ == '__main__': print('main')",
    "annotations": "def f(k: float = w) -> 'N': return k\nprint(f(), f.__annotations__)",
    "annotations of a module": "a: int = 3\nprint(a, __annotations__)",
    "the names of the module": "print(sorted(k for k in globals() if not k.startswith('__')))",
    "introspection": "import inspect\ndef f(a, b=1, *c, d=2, **e):\n    '''Doc.'''\n    return locals()\nprint(inspect.signature(f), sorted(f(1)), f.__doc__, f.__code__.co_argcount, f.__defaults__, f.__kwdefaults__, f.__qualname__)",
    "types": "print(type(w), type(x), isinstance(w, float), isinstance(x, (int, str)), type(w) is float, w.__class__, type(w).__name__, issubclass(type(x), int), w.is_integer(), x.bit_length(), callable(w))",
    "numbers": "print(x // 2, x % 2, -x // 2, divmod(x, 2), w ** -1, round(w, 1), abs(-x), pow(x, 2, 5), ~x, x & 1, x | 8, hex(x), bin(x), chr(65 + x), complex(w, x), 0.1 + 0.2, 1e300 * 1e10, x / 2, str(w), repr(x), max(w, x), min([w, x]), sum([w, x]), sorted([x, w]), bool(x), int(w), w.hex())",
    "printing": "import sys, pprint\nprint(1, w, sep='-', end='!\\n', flush=True)\nsys.stdout.write(f'{w}\\n')\npprint.pprint({'a': w, 'b': [x, w]})\nprint({'a': w}, [w, (x, w)], (w,), {w}, *[1, w])",
    "the library": "import itertools, functools, collections, operator, statistics, math, json\nprint(list(itertools.accumulate([1, w, x])), functools.reduce(lambda a, b: a * b, [1, w, x]), collections.Counter('aab'), json.dumps({'a': w, 'b': [x, 1]}, indent=1), json.loads(json.dumps([w, x])), collections.deque([w, x], maxlen=2), statistics.mean([w, x]), operator.add(w, x), math.gcd(x, 6))",
    "a list shuffled": "import random\nrandom.seed(0)\nq = [w, x, 1.0, 4.0]\nrandom.shuffle(q)\nprint(q)",
    "a heap": "import heapq\nh = []\nfor k in (w, x, 1.5): heapq.heappush(h, k)\nprint(heapq.heappop(h), h)",
    "identity of arrays": "import numpy as np\na = np.zeros(2); b = a; c = a.copy()\nd = [a, c]\nprint(a is b, a is c, d[0] is a, d[1] is not a, a is not None)",
    "identity": "a = [1]; b = a\nm = {'p': [1.0, 2.0]}; r = m['p']; r.append(3.0)\nprint(a is b, w is w, m['p'] is r, m)",
    "identity of a number": "z = 257\ny = z\nprint(y is z)",
    "identity of a tuple": "t = (1.0, [2.0])\nu = t\nprint(u is t)",
    "exec and eval": "exec('q = w * 2')\nprint(q, eval('q + x'))\nns = {}\nexec('def f(a): return a', ns)\nprint(ns['f'](w))",
    "iterators": "class R:\n    def __init__(self, n): self.n = n\n    def __iter__(self): return self\n    def __next__(self):\n        if self.n <= 0: raise StopIteration\n        self.n -= 1\n        return self.n\nprint(list(R(3)), sum(R(4)), max(R(3)), [*R(2)], dict(zip('ab', R(2))), next(R(0), 'none'), any(R(2)), all(R(2)))",
    "errors of numbers": "for f in (lambda: w + 'a', lambda: w < 'a', lambda: len(w), lambda: [1, 2][w], lambda: 'a' * w, lambda: range(w), lambda: 1 / (w - 2), lambda: w.foo, lambda: {}[w], lambda: sum(w), lambda: int('x')):\n    try: print(f())\n    except Exception as e: print(type(e).__name__, e)",
    "a number called": "try: w()\nexcept TypeError as e: print(e)",
    "arrays": "import numpy as np\na = np.arange(6.0).reshape(2, 3); b = a.T; b[0] = 9; a[a > 4] += 1; a[:, 1] *= w\nprint(a, a.shape, a.dtype, a.sum(axis=0), repr(a[0]), a[0, 1], type(a[0, 1]), a.mean(), np.max(a), a.size, len(a), repr(np.float64(w)), f'{a[0, 0]:.1f}', a.strides, np.where(a > 1, 1, 0), np.argmax(a), (a > 1).any(), -a, 2 ** a[0], a // 2, a % 2, ~(a > 1))",
    "arrays of integers": "import numpy as np\na = np.array([1, 2, 3]); a[0] = 5.7; a += 1; a //= 2\nprint(a, a.dtype, a / 2, a.sum(), type(a.sum()), a[0] == 3, a.astype(float), int(a[1]), [1, 2, 3][a[1]], 'ab' * a[1])",
    "errors of arrays": "import numpy as np\nW = np.ones((2, 3)); W[0] = w\nfor f in (lambda: W @ W, lambda: W[5], lambda: W.foo, lambda: W + np.ones(2), lambda: W.reshape(4), lambda: bool(W), lambda: float(W), lambda: W['k'], lambda: hash(W)):\n    try: print(f())\n    except Exception as e: print(type(e).__name__, e)",
    "an array as a list": "import numpy as np\na = np.array([1.0, 2.0])\na[0] = w\nprint(a.tolist())",
    "joined into an array": "import numpy as np\na, z = np.array([1.0, 2.0]), np.zeros(4)\nnp.concatenate([a, a], out=z)\nprint(z)",
    "an array seen again": "import numpy as np\na = np.array([1.0, 2.0])\nb = np.array(a, copy=None if np.__version__ >= '2' else False)\nb[1] = 7\nprint(a)",
}  # fmt: skip
DIFFERENT = {
    "every line of a traceback": "frames of the reader stand among the program's own",
    "the line of a warning": "the line is one of the reader's",
    "identity of a tuple": "a tuple of numbers that is given a name becomes another tuple",
}


def cases(programs: dict[str, str], broken: dict[str, str]) -> list[Any]:
    assert broken.keys() <= programs.keys()
    marks = {name: [pytest.mark.xfail(strict=True, reason=reason)] for name, reason in broken.items()}
    return [pytest.param(text, id=name, marks=marks.get(name, [])) for name, text in programs.items()]


def as_python_does(path: Path) -> str:
    """What `python FILE` prints."""
    done = subprocess.run([sys.executable, str(path)], capture_output=True, text=True, check=True, cwd=path.parent)
    return done.stdout


@pytest.mark.parametrize("body", cases(SAME, DIFFERENT))
def test_the_output_is_that_of_the_plain_run(body: str, tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text(f"{HEAD}{body}\n", encoding="utf-8")
    trace = chainrule.explain(path, of="loss#1").trace
    assert trace.raised is None
    assert trace.printed == as_python_does(path)


# ------------------------------------------------------------------------------------------------ random programs

NAMES = st.sampled_from(("a", "b", "c"))
ATOMS = st.one_of(NAMES, st.integers(-3, 5).map(str), st.sampled_from(("0.5", "2.5", "L[0]", 'd["k"]')))
EXPRESSIONS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(("+", "-", "*", "<", "==", "and", "or")), inner).map(lambda t: f"({' '.join(t)})"),
        st.tuples(inner, inner, inner).map(lambda t: f"({t[0]} if {t[1]} else {t[2]})"),
        st.tuples(inner, inner).map(lambda t: f"max({t[0]}, {t[1]})"),
        inner.map(lambda t: f"f({t})"),
    ),
    max_leaves=6,
)
SIMPLE = st.one_of(
    st.tuples(st.one_of(NAMES, st.sampled_from(("L[1]", 'd["k"]', "o.v"))), st.sampled_from(("=", "+=", "-=", "*=")), EXPRESSIONS).map(" ".join),
    st.tuples(NAMES, NAMES, EXPRESSIONS).map(lambda t: f"{t[0]}, *{t[1]} = {t[2]}, a, b\n{t[1]} = sum({t[1]})"),
    EXPRESSIONS.map(lambda e: f"print(f'{{{e}!r}}')"),
    EXPRESSIONS.map(lambda e: f"L.append({e})"),
)  # fmt: skip


def indented(lines: list[str]) -> str:
    return "\n".join(f"    {line}" for text in lines for line in text.split("\n"))


BLOCKS = st.sampled_from(
    ("if {e}:\n{body}", "for i in range(3):\n{body}\nelse: print(i)", "try:\n{body}\nfinally: print('f')", "while d['k'] > 3:\n{body}\n    d['k'] = 0")
)  # fmt: skip
STATEMENTS = st.one_of(
    SIMPLE,
    st.builds(
        lambda block, e, lines: block.format(e=e, body=indented(lines)), BLOCKS, EXPRESSIONS, st.lists(SIMPLE, min_size=1, max_size=3)
    ),
)  # fmt: skip
START = "a, b, c = 1, 2.0, 3\nL = [1, 2.0]\nd = {'k': 4.0}\nclass O: v = 1\no = O()\ndef f(x):\n    return x * 0.5 if x > 1 else x + 1\n"


@settings(deadline=None, max_examples=40)
@given(st.lists(STATEMENTS, min_size=1, max_size=6))
def test_random_programs_print_what_they_print(statements: list[str]) -> None:
    body = START + "\n".join(statements) + "\nprint(a, b, c, L, d, o.v)\n"
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(body, {"__name__": "__main__"})
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "program.py"
        path.write_text(HEAD + body, encoding="utf-8")
        trace = chainrule.explain(path, of="loss#1", wrt="w#1").trace
    assert (trace.raised, trace.printed) == (None, printed.getvalue())
