"""Several files at once: a line each, in every form, and one bad file that stops nothing."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result

from chainrule.cli import main
from chainrule.many.confined import confinement

RIGHT = "w, x, y = 2.0, 3.0, 5.0\nloss = (w * x - y) ** 2\ndw = 2 * (w * x - y) * x\n"
WRONG = RIGHT.replace("dw = 2 * (w * x - y) * x", "dw = 2 * (w * x - y) * y")
HALF = RIGHT.replace("dw = 2 * ", "dw = ")
FILES = {
    "right.py": RIGHT,
    "wrong.py": WRONG,
    "half.py": HALF,
    "layers.py": "class Layer:\n    def forward(self, x): return x\n",
    "broken.py": "w = = 1\n",
    "needs.py": "import no_such_module\nw = 1.0\n",
    "deeper/more.py": WRONG,
    ".hidden/other.py": WRONG,
    "venv/lib.py": WRONG,
}
STATUS = {
    "broken.py": "unread", "deeper/more.py": "wrong", "half.py": "doubtful", "layers.py": "nothing", "needs.py": "unread",
    "right.py": "right", "wrong.py": "wrong",
}  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("programs")
    for name, text in FILES.items():
        (made / name).parent.mkdir(exist_ok=True)
        (made / name).write_text(text, encoding="utf-8")
    return made


def checked(*words: str | Path) -> Result:
    return CliRunner().invoke(main, ["check", *map(str, words)])


def test_a_folder_is_a_line_for_each_file(folder: Path) -> None:
    done = checked(folder, "--format", "markdown")
    rows = [line.split("|") for line in done.stdout.splitlines() if line.startswith("| ") and ":--" not in line][1:]
    assert {Path(row[1].strip()).relative_to(folder).as_posix(): row[2].strip("*✓✗? ") for row in rows} == STATUS
    assert done.stdout.endswith("7 files: 2 with something wrong, 2 not read.\n")
    assert done.exit_code == 1


def test_what_is_wrong_is_said_with_its_place(folder: Path) -> None:
    done = checked(folder / "wrong.py", folder / "right.py")
    assert f"{folder / 'wrong.py'}:3  dw wrong: it uses y where x belongs." in " ".join(done.stdout.split("\n"))


def test_json_holds_each_check_by_its_schema(folder: Path) -> None:
    files = json.loads(checked(folder, "--format", "json").stdout)["files"]
    by_name = {Path(f["file"]).name: f for f in files}
    assert by_name["half.py"]["claims"][0]["factor"] == 0.5
    message = f"{folder / 'broken.py'}, line 1: `w = = 1` is not Python: invalid syntax."
    assert by_name["broken.py"]["error"] == {"kind": "ReadError", "message": message}


def test_junit_has_a_case_for_each_claim(folder: Path) -> None:
    root = ElementTree.fromstring(checked(folder, "--format", "junit").stdout)  # noqa: S314 - our own output
    suites = {Path(s.get("name", "")).name: s for s in root}
    assert (suites["wrong.py"].get("tests"), suites["wrong.py"].get("failures")) == ("1", "1")
    assert suites["wrong.py"][0].get("name") == "dw (3)"
    assert (suites["broken.py"].get("errors"), suites["right.py"].get("failures")) == ("1", "0")


def test_a_verdict_on_a_module_beside_the_program_points_there(tmp_path: Path) -> None:
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "net.py").write_text("def step(w, x, t):\n    dw = 3 * (w * x - t) * x\n    return w - 0.1 * dw\n")
    program = tmp_path / "program.py"
    program.write_text("from lib.net import step\nw, x, t = 0.5, 2.0, 1.0\nloss = (w * x - t) ** 2\nw = step(w, x, t)\n")
    done = checked(program, program, "--format", "sarif")
    (result,) = json.loads(done.stdout)["runs"][0]["results"]
    where = result["locations"][0]["physicalLocation"]
    assert where == {"artifactLocation": {"uri": (tmp_path / "lib" / "net.py").as_posix()}, "region": {"startLine": 2}}
    (claim,) = json.loads(checked(program, "--json").stdout)["claims"]
    assert (claim["file"], claim["line"], claim["because"]) == (
        "lib/net.py", 2, "exactly 1.5 times the gradient of the loss as written",
    )  # fmt: skip
    assert "dw  off by a constant factor (lib/net.py line 2)" in checked(program).stdout


def test_sarif_points_at_the_line(folder: Path) -> None:
    log = json.loads(checked(folder, "--format", "sarif").stdout)
    results = log["runs"][0]["results"]
    assert log["version"] == "2.1.0"
    found = {
        (Path(r["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]).name, r["ruleId"], r["level"]) for r in results
    }
    assert found == {
        ("wrong.py", "wrong-derivative", "error"),
        ("more.py", "wrong-derivative", "error"),
        ("half.py", "constant-factor", "warning"),
    }
    assert {r["locations"][0]["physicalLocation"]["region"]["startLine"] for r in results} == {3}
    assert {r["ruleId"] for r in results} <= {rule["id"] for rule in log["runs"][0]["tool"]["driver"]["rules"]}


@pytest.mark.parametrize(
    ("names", "words", "code"),
    [
        (("right.py", "layers.py"), (), 0),
        (("right.py", "wrong.py", "broken.py"), (), 1),
        (("right.py", "broken.py"), (), 2),
        (("right.py", "half.py"), (), 0),
        (("right.py", "half.py"), ("--strict",), 1),
    ],
)
def test_exit_codes(folder: Path, names: tuple[str, ...], words: tuple[str, ...], code: int) -> None:
    assert checked(*(folder / name for name in names), *words).exit_code == code


def test_options_are_handed_on(folder: Path) -> None:
    done = checked(folder / "right.py", folder / "half.py", "--of", "nope", "--format", "json")
    messages = [f["error"]["message"] for f in json.loads(done.stdout)["files"]]
    assert messages == ["the program has no value named `nope`. It names: w, x, y, loss, dw."] * 2


def test_an_empty_folder_is_said(tmp_path: Path) -> None:
    done = checked(tmp_path)
    assert (done.exit_code, done.stderr) == (
        2,
        f"chainrule: {tmp_path} holds no *.py and no *.ipynb: there is nothing to check.\n",
    )


# ------------------------------------------------------------------------------------------------ isolated


def test_what_could_be_enforced_is_said(folder: Path) -> None:
    done = checked(folder / "right.py", "--isolated")
    assert (done.exit_code, done.stderr) == (0, f"isolated: {confinement(120).words}\n")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limits")
@pytest.mark.parametrize(
    "greed",
    [
        "import numpy as np\nz = np.ones(10 ** 9)\n",
        "with open('large.bin', 'wb') as f:\n    f.write(b'0' * (11 * 2 ** 20))\n",
    ],
)
def test_a_limit_is_an_error_of_the_program(greed: str, tmp_path: Path) -> None:
    (tmp_path / "greedy.py").write_text(RIGHT + greed, encoding="utf-8")
    done = checked(tmp_path / "greedy.py", "--isolated", "--format", "json")
    (found,) = json.loads(done.stdout)["files"]
    assert [c["verdict"] for c in found["claims"]] == ["right"]
    assert any("raised MemoryError" in n or "raised _ArrayMemoryError" in n or "File too large" in n for n in found["notices"])


def test_a_network_that_is_cut_off_is_not_there(tmp_path: Path) -> None:
    if not confinement(120).prefix:
        assert "NOT cut off" in confinement(120).words
        return
    (tmp_path / "calls.py").write_text(
        RIGHT + "import socket\nsocket.create_connection(('127.0.0.1', 9), timeout=2)\n", encoding="utf-8"
    )
    (found,) = json.loads(checked(tmp_path / "calls.py", "--isolated", "--format", "json").stdout)["files"]
    assert any("Network is unreachable" in n for n in found["notices"])


# ------------------------------------------------------------------------------------------------ --call

LAYER = """import numpy as np
class Dense:
    def __init__(self, n, m):
        self.W, self.b = np.ones((n, m)) * 0.5, np.zeros(m)
    def forward(self, x):
        self.x = x
        return x @ self.W + self.b
    def backward(self, dout):
        self.dW = self.x.T @ dout
        self.db = dout.sum(axis=0)
        return dout @ self.W.T
"""
CALL = "layer = Dense(2, 3); x = np.array([[1.0, 2.0], [3.0, -1.0]]); out = layer.forward(x); loss = np.sum(out ** 2) / 2; dx = layer.backward(out)"


def test_code_is_run_after_a_program_that_only_defines(tmp_path: Path) -> None:
    path = tmp_path / "layer.py"
    path.write_text(LAYER, encoding="utf-8")
    found = json.loads(checked(path, "--call", CALL, "--json").stdout)
    assert {(c["name"], c["verdict"]) for c in found["claims"]} == {("self.dW", "right"), ("self.db", "right"), ("dx", "right")}
    mistaken = path.read_text(encoding="utf-8").replace("dout @ self.W.T", "dout @ self.W.T * 0 + x_sum(dout)")
    path.write_text(mistaken + "def x_sum(d): return np.zeros((2, 2)) + d.sum()\n", encoding="utf-8")
    found = json.loads(checked(path, "--call", CALL, "--json").stdout)
    assert {c["name"]: c["verdict"] for c in found["claims"]}["dx"] == "wrong"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ((), 'it only defines Dense, and nothing calls them. Say what to run with --call "CODE", such as --call "Dense(…)". --try calls what goes backward on small generated data.'),
        (("--call", "x = ="), '--call "x = =", line 1: `x = =` is not Python: invalid syntax.'),
    ],
)  # fmt: skip
def test_what_to_call_is_asked_for(words: tuple[str, ...], message: str, tmp_path: Path) -> None:
    path = tmp_path / "layer.py"
    path.write_text(LAYER, encoding="utf-8")
    done = checked(path, *words)
    assert (done.exit_code, done.stderr) == (2, f"chainrule: {'' if words else f'{path}: '}{message}\n")
