"""A program that is a part of a project: its packages are found above it, and it may import relatively."""

from __future__ import annotations

from pathlib import Path

import pytest

import chainrule

LOSS = "w = 2.0\nloss = square(w - 5)\n"
SQUARE = "def square(x):\n    return x * x\n"


def made(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


@pytest.mark.parametrize(
    ("text", "place", "notices"),
    [
        pytest.param("from net.maths import square\n", "net/maths.py", ("`net` was found in ../...",), id="above"),
        pytest.param("from net.maths import square\n", "src/net/maths.py", ("`net` was found in ../../src.",), id="in src"),
        pytest.param("from maths_ import square\n", "maths_.py", ("`maths_` was found in ../...",), id="a module above"),
        pytest.param("from .maths import square\n", "app/run/maths.py", (), id="beside"),
        pytest.param("from ..maths import square\n", "app/maths.py", (), id="one folder up"),
        pytest.param("from .. import maths\nsquare = maths.square\n", "app/maths.py", (), id="the package itself"),
    ],
)
def test_what_it_imports_is_found_and_read(tmp_path: Path, text: str, place: str, notices: tuple[str, ...]) -> None:
    made(tmp_path, {"app/run/network.py": text + LOSS, place: SQUARE})
    work = chainrule.explain(tmp_path / "app" / "run" / "network.py")
    assert work["w"].gradient == -6
    assert work.notices == notices
    assert [call.title for call in work.trace.calls] == ["square"]


def test_a_package_with_its_own_imports(tmp_path: Path) -> None:
    files = {
        "net/__init__.py": "from net.maths import square\n",
        "net/maths.py": "from .deep.twice import twice\n" + SQUARE,
        "net/deep/__init__.py": "",
        "net/deep/twice.py": "def twice(x):\n    return 2 * x\n",
        "net/deep/network.py": f"from ..maths import twice\nfrom net import square\n{LOSS}loss = twice(loss)\n",
    }
    assert chainrule.explain(made(tmp_path, files) / "net" / "deep" / "network.py")["w"].gradient == -12


def test_beyond_the_repository_nothing_is_looked_for(tmp_path: Path) -> None:
    made(tmp_path, {"maths.py": SQUARE, "repo/app/network.py": f"from maths import square\n{LOSS}"})
    (tmp_path / "repo" / ".git").mkdir()
    path = tmp_path / "repo" / "app" / "network.py"
    with pytest.raises(chainrule.ReadError) as refused:
        chainrule.explain(path)
    assert str(refused.value) == (f"{path}: no loss was found. No module named 'maths': what needs it is left out. Install it.")
