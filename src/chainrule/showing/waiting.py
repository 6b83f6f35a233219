"""A line on the terminal while work goes on: what is being done, how far it is, and for how long."""

from __future__ import annotations

import contextlib
import sys
import threading
from collections.abc import Iterator
from types import ModuleType
from typing import TYPE_CHECKING

from chainrule.progress import Report, silent

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

PATIENCE = 0.7
"""Seconds before anything is shown: most work is over by then."""


@contextlib.contextmanager
def watched() -> Iterator[Report]:
    """A report that is shown on standard error, where that is a terminal, and gone afterwards."""
    if not sys.stderr.isatty():
        yield silent
        return
    import rich.progress  # its import draws random numbers, which the program that is about to run would miss

    line = _Line(rich.progress)
    timer = threading.Timer(PATIENCE, line.appear)
    timer.daemon = True
    timer.start()
    try:
        yield line.report
    finally:
        timer.cancel()
        line.vanish()


class _Line:
    """The line: hidden until it appears, then drawn by a thread of its own."""

    def __init__(self, progress: ModuleType) -> None:
        self.progress = progress
        self.lock = threading.Lock()
        self.stream = sys.stderr
        self.now = ("", 0, 0)
        self.shown: tuple[Progress, TaskID] | None = None
        self.over = False

    def report(self, doing: str, done: int = 0, total: int = 0) -> None:
        with self.lock:
            self.now = (doing, done, total)
            self._draw()

    def appear(self) -> None:
        rich = self.progress
        columns = (rich.SpinnerColumn(), rich.TextColumn("{task.description}"), rich.BarColumn(bar_width=24))
        console = rich.Console(file=self.stream)
        progress = rich.Progress(
            *columns, rich.TimeElapsedColumn(), console=console, transient=True, redirect_stdout=False, redirect_stderr=False
        )
        with self.lock:
            if not self.over:
                self.shown = progress, progress.add_task("", total=None)
                self._draw()
                progress.start()

    def vanish(self) -> None:
        with self.lock:
            self.over = True
            if self.shown is not None:
                self.shown[0].stop()

    def _draw(self) -> None:
        if self.shown is not None:
            progress, task = self.shown
            doing, done, total = self.now
            progress.update(task, description=doing, completed=done, total=total or None)
