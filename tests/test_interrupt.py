"""Long work on a real terminal: a line that says what goes on, and a Ctrl-C that loses nothing."""

from __future__ import annotations

import os
import re
import sys
import time
from pathlib import Path

import pytest

pty = pytest.importorskip("pty", reason="a pseudo-terminal is what this is about")

ENDLESS = """
w, b, x, y = 0.5, 0.1, 1.0, 2.0
for step in range(10**12):
    z = w * x + b
    loss = (z - y) ** 2
    dw = 2 * (z - y) * x
    w -= 0.01 * dw
print(w)
"""


def on_a_terminal(*arguments: str, interrupt_at: float | None = None) -> tuple[str, int]:
    """What a command writes to a terminal, its drawing codes taken out, and its exit code."""
    child, terminal = pty.fork()
    if child == 0:
        environment = {**os.environ, "TERM": "xterm", "COLUMNS": "100"}
        # the command itself, on the terminal that was made for it
        os.execve(sys.executable, [sys.executable, "-m", "chainrule.cli", *arguments], environment)  # noqa: S606 - no shell is wanted
    written, sent = b"", interrupt_at is None
    while True:
        try:
            piece = os.read(terminal, 65_536)
        except OSError:  # the child has gone
            break
        if not piece:
            break
        written += piece
        if not sent and b"iteration" in written:
            time.sleep(interrupt_at or 0)
            os.write(terminal, b"\x03")
            sent = True
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", written.decode()).replace("\r", "\n"), code


@pytest.fixture
def endless(tmp_path: Path) -> Path:
    path = tmp_path / "endless.py"
    path.write_text(ENDLESS, encoding="utf-8")
    return path


def test_what_goes_on_is_shown_and_ctrl_c_keeps_what_was_read(endless: Path) -> None:
    written, code = on_a_terminal("check", str(endless), interrupt_at=0.2)
    assert re.search(r"iteration \d+ of the loop at line 3", written)
    assert re.search(r"line 3: the loop was cut after \d+ iterations, by Ctrl-C\. Outputs after it are not compared\.", written)
    assert "dw  right (line 6): ∂loss/∂w." in written
    assert "draws random numbers" not in written
    assert code == 0


def test_a_file_asked_for_is_whole_after_ctrl_c(endless: Path, tmp_path: Path) -> None:
    target = tmp_path / "solution.md"
    written, code = on_a_terminal("explain", str(endless), "-o", str(target), interrupt_at=0.2)
    assert code == 0, written
    assert "by Ctrl-C" in target.read_text(encoding="utf-8")
    assert [p.name for p in tmp_path.iterdir() if p.name.endswith(".part")] == []


def test_a_short_run_shows_no_progress(tmp_path: Path) -> None:
    path = tmp_path / "short.py"
    path.write_text("w = 2.0\nloss = (w - 1) ** 2\n", encoding="utf-8")
    written, code = on_a_terminal("explain", str(path))
    assert (code, "running" in written) == (0, False)
