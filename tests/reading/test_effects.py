"""What a program does to the world: done once, never repeated, never in the way of what is explained."""

from __future__ import annotations

import os
import subprocess
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import chainrule

CODE = "w, x = 2.0, 3.0\nloss = (w * x - 5) ** 2\ndw = 2 * (w * x - 5) * x\n"
RIGHT = "  dw  right (line 3): ∂loss/∂w."


def checked(
    folder: Path, program: str, *words: str, given: str = "", timeout: float = 30.0
) -> subprocess.CompletedProcess[str]:
    """`chainrule check program.py` in a process of its own."""
    (folder / "program.py").write_text(program, encoding="utf-8")
    return subprocess.run(
        [sys.executable, "-m", "chainrule.cli", "check", "program.py", *words],
        input=given, capture_output=True, text=True, check=False, cwd=folder, timeout=timeout,
        env={**os.environ, "PYTHONPATH": str(Path(chainrule.__file__).parents[1])},
    )  # fmt: skip


def told(program: str, folder: Path) -> tuple[str, ...]:
    """What is said of a program whose derivative is found right all the same."""
    path = folder / "program.py"
    path.write_text(program, encoding="utf-8")
    found = chainrule.check(path)
    assert found["dw"].verdict == "right"
    return tuple(found.remarks)


@pytest.mark.parametrize(
    ("rest", "said"),
    [
        ("exit()\nprint('never')\n", ()),
        ("import sys\nsys.exit(3)\n", ()),
        ("raise SystemExit('bye')\n", ()),
        ("import matplotlib.pyplot as plt\nfig, ax = plt.subplots()\nax.plot([w], [loss])\nplt.savefig('a.png')\nplt.show()\n", ()),
        ("import seaborn as sns\nsns.set()\nsns.lineplot(x=[w], y=[loss])\n", ()),
        ("import warnings\nwarnings.warn('careful')\n", ()),
        ("import numpy as np\nnp.log(np.zeros(2))\n", ()),
        ("import sys\nprint('oops', file=sys.stderr)\n", ()),
        ("import argparse\np = argparse.ArgumentParser()\np.add_argument('--n', type=int, default=1)\nprint(p.parse_args().n)\n", ()),
        ("print(open(__file__).read())\n", ()),
        ("import nowhere\n", ("No module named 'nowhere': what needs it is left out.",)),
        ("try: import nowhere\nexcept ImportError: nowhere = None\n", ()),
        ("1 / 0\n", ("line 4: `1 / 0` raised ZeroDivisionError: division by zero. What ran before it is worked.",)),
        ("def f(n): return f(n + 1)\ntry: f(0)\nexcept RecursionError: pass\n", ()),
        ("import random\nprint(random.random())\n", ("The program draws random numbers without a seed, so its stored outputs are not compared.",)),
        ("import decimal\ndecimal.getcontext().prec = 3\n", ()),
    ],
)  # fmt: skip
def test_what_stands_after_is_no_obstacle(rest: str, said: tuple[str, ...], tmp_path: Path) -> None:
    assert told(CODE + rest, tmp_path) == said
    assert [p.name for p in tmp_path.iterdir()] == ["program.py"]


@pytest.mark.parametrize(
    ("program", "state"),
    [
        ("import numpy as np\nnp.seterr(all='raise')\n", np.geterr),
        ("import sys\nsys.setrecursionlimit(500)\nsys.argv = []\nsys.path.append('x')\n", lambda: (sys.getrecursionlimit(), sys.argv[:], sys.path[:])),
        ("import sys\nsys.stdout = sys.stderr\n", lambda: (sys.stdout, sys.stderr)),
        ("import warnings\nwarnings.simplefilter('ignore')\n", lambda: warnings.filters[:]),
        ("import os\nos.chdir('/')\n", Path.cwd),
    ],
)  # fmt: skip
def test_the_caller_is_left_as_it_was(
    program: str, state: Callable[[], Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    before = state()
    told(CODE + program, tmp_path)
    assert state() == before


@pytest.mark.parametrize(
    ("rest", "files"),
    [
        ("if w > 0: open('a.txt', 'a').write('x')\n", {"a.txt": "x"}),
        ("from pathlib import Path\nif w > 0: Path('b.txt').open('a').write('x')\n", {"b.txt": "x"}),
        ("import os\nif w > 0: os.system('echo x >> c.txt')\n", {"c.txt": "x\n"}),
        ("import subprocess, sys\nif w > 0: subprocess.run([sys.executable, '-c', \"open('d.txt', 'a').write('x')\"])\n", {"d.txt": "x"}),
        ("import logging\nlogging.basicConfig(filename='e.txt', format='%(message)s')\nlogging.warning('x')\n", {"e.txt": "x\n"}),
        ("import atexit\natexit.register(lambda: open('f.txt', 'a').write('x'))\n", {"f.txt": "x"}),
    ],
)  # fmt: skip
def test_a_file_is_written_once(rest: str, files: dict[str, str], tmp_path: Path) -> None:
    done = checked(tmp_path, CODE + rest)
    assert (done.returncode, done.stderr) == (0, "")
    assert RIGHT in done.stdout.splitlines()
    assert {p.name: p.read_text() for p in tmp_path.glob("*.txt")} == files


@pytest.mark.parametrize(
    ("program", "given", "asked"),
    [
        (CODE.replace("2.0", "float(input('w? '))"), "1.5\n", "w? "),
        (CODE.replace("2.0", "float(input('w? '))").replace("3.0", "float(input('x? '))"), "1.5\n2\n", "w? x? "),
        (CODE.replace("2.0", "float(__import__('sys').stdin.readline())"), "1.5\n", ""),
    ],
)
def test_an_answer_is_asked_for_once(program: str, given: str, asked: str, tmp_path: Path) -> None:
    done = checked(tmp_path, program, given=given)
    assert (done.returncode, done.stderr, RIGHT in done.stdout) == (0, asked, True)


def test_an_answer_that_is_not_there_is_said(tmp_path: Path) -> None:
    done = checked(tmp_path, CODE + "input('Press Enter.')\n")
    assert (done.returncode, done.stderr, RIGHT in done.stdout) == (0, "Press Enter.", True)
    said = "line 4: `input('Press Enter.')` raised EOFError: input() found nothing to read: give the answers on standard input."
    assert said in " ".join(done.stdout.split())


@pytest.mark.parametrize(
    "rest",
    [
        "while True: pass\n",
        "def f():\n    while True: pass\nf()\n",
        "import itertools\nfor i in itertools.count(): pass\n",
        "def g():\n    while True: yield 1\nfor i in g(): pass\n",
        "import itertools\nsum(itertools.repeat(0.0))\n",
        "import itertools\nz = {i % 2 for i in itertools.count()}\n",
    ],
)
def test_what_never_ends_has_a_budget(rest: str, tmp_path: Path) -> None:
    try:
        done = checked(tmp_path, CODE + rest, "--budget", "0.3", timeout=20.0)
    except subprocess.TimeoutExpired:
        pytest.fail("it ran on")
    assert (done.returncode, done.stderr, RIGHT in done.stdout) == (0, "", True)
    assert "when the time budget of 0.3 s was used up" in " ".join(done.stdout.split())


@pytest.mark.parametrize(
    "rest",
    [
        "raise GeneratorExit\n",
        "class Stop(BaseException): pass\nraise Stop\n",
        "import sys\nsys.stdout.close()\n",
        "import os\nos._exit(0)\n",
        "raise KeyboardInterrupt\n",
    ],
)
def test_an_odd_end_is_an_end(rest: str, tmp_path: Path) -> None:
    done = checked(tmp_path, CODE + rest)
    assert (done.returncode, done.stderr, RIGHT in done.stdout) == (0, "", True)


def test_modules_beside_the_program_are_read_and_forgotten(tmp_path: Path) -> None:
    (tmp_path / "layers").mkdir()
    (tmp_path / "layers" / "__init__.py").write_text("from .dense import forward\n", encoding="utf-8")
    (tmp_path / "layers" / "dense.py").write_text("def forward(w, x):\n    return w * x\n", encoding="utf-8")
    assert told("from layers import forward\n" + CODE.replace("(w * x - 5) ** 2", "(forward(w, x) - 5) ** 2"), tmp_path) == ()
    assert not {"layers", "layers.dense"} & set(sys.modules)
