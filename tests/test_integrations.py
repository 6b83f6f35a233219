"""In other people's projects: the pytest fixtures, the pre-commit hook, and what the action runs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import yaml

import chainrule

ROOT = Path(__file__).parents[1]
LAYERS = """
import numpy as np

def affine(x, w, b):
    return x @ w + b, (x, w)

def affine_back(upstream, cache):
    x, w = cache
    return upstream @ w.T, x.T @ upstream, upstream.sum(axis=0)

def bend(x):
    return np.tanh(x)

def bend_back(upstream, x):
    return {"x": upstream * (1 - np.tanh(x))}

VALUES = {"x": np.array([[1.0, 2.0], [0.5, -1.0], [0.3, 0.1]]), "w": np.array([[0.3], [-0.2]]), "b": np.zeros(1)}
"""
TESTS = """
from layers import VALUES, affine, affine_back, bend, bend_back

def test_affine(check_backward):
    assert len(check_backward(affine, affine_back, VALUES).claims) == 3

def test_bend(check_backward):
    check_backward(bend, bend_back, {"x": VALUES["x"]})

def test_square(check_gradient):
    check_gradient(lambda w: (w**2).sum(), lambda w: {"w": 2 * w}, {"w": VALUES["w"]})
"""
WRONG = "w, x, y = 2.0, 3.0, 5.0\nloss = (w * x - y) ** 2\ndw = (w * x - y) + x\nw = w - 0.1 * dw\n"


def test_the_fixtures(tmp_path: Path) -> None:
    (tmp_path / "layers.py").write_text(LAYERS, encoding="utf-8")
    (tmp_path / "test_layers.py").write_text(TESTS, encoding="utf-8")
    plugin = () if b"chainrule" in _plugins() else ("-p", "chainrule.pytest_plugin")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *plugin, "test_layers.py"],
        cwd=tmp_path, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.stdout.count("GradientMismatch") >= 1
    assert "bend_back['x'] is wrong: it is not ∂loss/∂x" in done.stdout
    assert "1 failed, 2 passed" in done.stdout, done.stdout


def _plugins() -> bytes:
    code = "from importlib.metadata import entry_points as e; print([p.name for p in e(group='pytest11')])"
    return subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout


def test_a_layer_without_a_cache() -> None:
    values = {"x": np.array([[0.3, -0.2]]), "gain": 1.5}
    check = chainrule.check_backward(
        lambda x, gain: gain * x**2, lambda upstream, x, gain: (2 * gain * x * upstream, np.sum(upstream * x**2)), values
    )
    assert [j.verdict for j in check.claims] == ["right", "right"]


def programs(folder: Path) -> None:
    (folder / "wrong.py").write_text(WRONG, encoding="utf-8")
    (folder / "helpers.py").write_text("def add(a, b):\n    return a + b\n", encoding="utf-8")


def run(words: list[str] | str, folder: Path, **more: str) -> subprocess.CompletedProcess[str]:
    scripts = Path(sys.executable).parent
    environment = {**os.environ, "PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}", **more}
    return subprocess.run(
        words, cwd=folder, env=environment, shell=isinstance(words, str), executable="/bin/bash" if isinstance(words, str) else None,
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip


def test_the_hook(tmp_path: Path) -> None:
    programs(tmp_path)
    hook = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))[0]
    assert run([*hook["entry"].split(), "helpers.py"], tmp_path).returncode == 0
    done = run([*hook["entry"].split(), "helpers.py", "wrong.py"], tmp_path)
    assert (done.returncode, "wrong.py" in done.stdout) == (1, True), done.stdout + done.stderr


def test_what_the_action_runs(tmp_path: Path) -> None:
    programs(tmp_path)
    action = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    steps = {step.get("id"): step for step in action["runs"]["steps"]}
    given = {name: f"{word['default']}" for name, word in action["inputs"].items()}
    settings = {"FILES": given["files"], "OPTIONS": given["options"], "SARIF": given["sarif"]}
    done = run(steps["check"]["run"], tmp_path, **settings, GITHUB_STEP_SUMMARY="summary.md", GITHUB_OUTPUT="output")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "output").read_text(encoding="utf-8") == "code=1\n"
    assert '"startLine": 3' in (tmp_path / given["sarif"]).read_text(encoding="utf-8")
    assert "wrong.py" in (tmp_path / "summary.md").read_text(encoding="utf-8")
