"""What a program does to the world: done once, when it is first run, and never repeated when it is run again to check it."""

from __future__ import annotations

import builtins
import io
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

WATCHED = ("open", "os.remove", "os.rename", "os.mkdir", "os.rmdir", "os.system", "subprocess.Popen", "socket.connect",
           "shutil.rmtree", "shutil.move", "shutil.copyfile", "os.truncate", "os.link", "os.symlink")  # fmt: skip


class Refused(BaseException):
    """A program that is only run again would have changed the world."""


class Effects:
    """Answers that the program was given (`input()`), kept to be given again."""

    def __init__(self, *, answers: list[str] | None = None) -> None:
        self.again = answers is not None
        self.answers = list(answers or [])
        self.asked: list[str] = []

    def handles(self, function: Callable[..., Any]) -> bool:
        return function is builtins.input or (self.again and function is builtins.open)

    def call(self, function: Callable[..., Any], arguments: tuple[Any, ...], options: dict[str, Any]) -> Any:
        if function is builtins.input:
            return self.input(*arguments)
        mode = str(options.get("mode", arguments[1] if len(arguments) > 1 else "r"))
        if set(mode) & set("wax+"):
            return io.BytesIO() if "b" in mode else io.StringIO()
        return function(*arguments, **options)

    def input(self, prompt: object = "") -> str:
        if self.again:
            if not self.answers:
                raise EOFError("the program asks for more input than it was given when it first ran")
            answer = self.answers.pop(0)
        else:
            print(prompt, end="", file=sys.__stderr__, flush=True)
            answer = sys.__stdin__.readline() if sys.__stdin__ is not None else ""
            if not answer:
                raise EOFError("input() found nothing to read: give the answers on standard input")
            answer = answer.rstrip("\n")
        self.asked.append(answer)
        return answer


class _Guard:
    """The audit hook: Python keeps one for ever, so there is one, and it sleeps unless a program is run again."""

    installed = False
    active = False

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        if _Guard.active and event in WATCHED:
            if event == "open":
                mode = arguments[1] if len(arguments) > 1 else "r"
                writes = isinstance(mode, str) and set(mode) & set("wax+")
                if not writes:
                    return
            raise Refused(f"{event}{arguments[:1]}")


@contextmanager
def exits_are_raised() -> Iterator[None]:
    """Inside, `os._exit` ends the program as `sys.exit` does, and not chainrule with it."""
    held = os._exit

    def leave(status: int) -> NoReturn:
        raise SystemExit(status)

    os._exit = leave
    try:
        yield
    finally:
        os._exit = held


@contextmanager
def nothing_changes() -> Iterator[None]:
    """Inside, an attempt to write a file, start a process or open a connection raises `Refused`."""
    if not _Guard.installed:
        sys.addaudithook(_Guard())
        _Guard.installed = True
    _Guard.active = True
    try:
        yield
    finally:
        _Guard.active = False
