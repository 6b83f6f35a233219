"""Ctrl-C while a program runs: the first ends its loops as the time budget would, so that what was read is not lost."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator
from types import FrameType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chainrule.reading.recorder import Recorder


@contextlib.contextmanager
def interruptible(recorder: Recorder) -> Iterator[None]:
    """Within it, a first Ctrl-C uses the time budget up; a second one is an interrupt like any other."""
    held = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or held is not signal.default_int_handler:
        yield  # somebody else decides what an interrupt means
        return

    def first(_number: int, _frame: FrameType | None) -> None:
        recorder.interrupted = True
        recorder.deadline = 0.0
        signal.signal(signal.SIGINT, held)

    signal.signal(signal.SIGINT, first)
    try:
        yield
    finally:
        if signal.getsignal(signal.SIGINT) is first:
            signal.signal(signal.SIGINT, held)
