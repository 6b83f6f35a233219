"""A module that is not installed: what needs nothing of it is read, and what does says so."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

import chainrule
from chainrule.cli import main
from chainrule.reading.missing import Missing, MissingModule

LOSS = "w = 2.0\nloss = (w - 5) ** 2\n"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def written(text: str) -> str:
    Path("network.py").write_text(text)
    return "network.py"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f"import nowhere\n{LOSS}", id="imported"),
        pytest.param(f"import nowhere.layers.dense as nd\nnd.setup(seed=1)\n{LOSS}", id="a part of it, set up"),
        pytest.param(f"from nowhere import *\n{LOSS}", id="all of it"),
        pytest.param(f"from nowhere.parts import (\n    One,\n    two)\nclass Net(One): pass\nNet()\n{LOSS}", id="inherited from"),
        pytest.param(f"import nowhere as n\ndef f(x: n.Array['a b'] | None) -> n.Scalar: return n.cos(x)\n{LOSS}", id="annotated"),
        pytest.param(f"import nowhere\nwith nowhere.session() as s:\n    s.begin()\nprint(nowhere.version)\n{LOSS}", id="a session"),
        pytest.param(f"def main():\n    import nowhere\n    return nowhere.run\nmain()\n{LOSS}", id="in a function"),
    ],
)  # fmt: skip
def test_what_needs_no_value_of_it_goes_on(text: str) -> None:
    work = chainrule.explain(written(text))
    assert work["w"].gradient == -6
    assert work.notices == ("No module named 'nowhere': what needs it is left out.",)


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("X, y = nowhere.load(3)", "nowhere.load(…)"),
        ("X = nowhere.data[0] * 2", "nowhere.data[…]"),
        ("for batch in nowhere.batches: pass", "nowhere.batches"),
        ("if nowhere.flag: pass", "nowhere.flag"),
        ("assert isinstance(1, nowhere.Kind)", "nowhere.Kind"),
        ("x = float(nowhere.pi)", "nowhere.pi"),
    ],
)
def test_where_its_value_is_needed_that_is_said(line: str, named: str) -> None:
    done = CliRunner().invoke(main, ["check", written(f"import nowhere\n{line}\n{LOSS}")])
    assert (done.exit_code, done.stderr) == (
        2,
        f"chainrule: network.py: no loss was found before it stopped at line 2: `{line}`: "
        f"No module named 'nowhere', which {named} is of. Install it.\n",
    )


def test_what_numpy_is_given_of_it_is_no_number() -> None:
    done = CliRunner().invoke(main, ["check", written(f"import numpy as np\nimport nowhere\nx = np.exp(nowhere.x)\n{LOSS}")])
    assert "No module named 'nowhere', which nowhere.x is of. Install it." in done.stderr


@pytest.mark.parametrize("kind", ["ImportError", "ModuleNotFoundError"])
def test_a_program_that_provides_for_it_does_so(kind: str) -> None:
    text = f"try:\n    import nowhere\nexcept {kind}:\n    nowhere = None\nassert nowhere is None\n{LOSS}"
    work = chainrule.explain(written(text))
    assert (work["w"].gradient, work.notices) == (-6, ())


def test_bars_and_compilers_change_nothing() -> None:
    text = (
        "from progressbar import ProgressBar\nfrom numba import njit, prange\n@njit(cache=True)\ndef f(w):\n    return w * 3\n"
        "@njit\ndef g(w):\n    s = 0.0\n    for i in prange(2):\n        s = s + f(w)\n    return s\n"
        "w = 2.0\nloss = 0.0\nfor i in ProgressBar(widgets=[])(range(2)):\n    loss = loss + g(w)\n"
    )
    work = chainrule.explain(written(text), of="loss")
    assert work["w"].gradient == 12
    assert work.notices[:2] == (
        "No module named 'progressbar': it changes nothing that is computed.",
        "No module named 'numba': it changes nothing that is computed.",
    )
    tqdm = MissingModule("tqdm")
    assert (list(tqdm.tqdm([1, 2], desc="…")), list(tqdm.trange(2))) == ([1, 2], [0, 1])


def test_a_missing_thing_says_what_it_is() -> None:
    assert repr(Missing("nowhere.x")) == "<nowhere.x, which is not installed>"
    assert isinstance(MissingModule("nowhere.parts").x, Missing)


def test_a_plot_gives_back_as_many_things_as_it_does() -> None:
    text = "import matplotlib.pyplot as plt\nfig, ax = plt.subplots()\nline, = ax.plot([1, 2])\nn, bins, patches = plt.hist([1, 2])\n"
    assert chainrule.explain(written(f"{text}{LOSS}")).trace.raised is None
