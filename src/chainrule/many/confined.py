"""Limits for a program that one does not trust: what this system can enforce, and what it cannot."""

from __future__ import annotations

import functools
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass

MEMORY = 4 * 2**30
FILE_SIZE = 10 * 2**20


@dataclass(frozen=True)
class Confinement:
    """How a process is started within limits; `words` say which."""

    prefix: tuple[str, ...]
    before: Callable[[], None] | None
    words: str


@functools.cache
def confinement(seconds: int) -> Confinement:
    """The strongest limits that this system enforces without being asked for rights."""
    enforced = [f"{seconds} s of time"]
    before = None
    if sys.platform != "win32":
        before = functools.partial(_limit, seconds)
        enforced += [f"{MEMORY // 2**30} GiB of memory", f"{FILE_SIZE // 2**20} MiB for each file written"]
    prefix = _without_network()
    enforced.append("no network" if prefix else "the network is NOT cut off, which this system does not allow")
    return Confinement(prefix, before, "; ".join(enforced))


def _limit(seconds: int) -> None:
    """In the new process, before it becomes the program."""
    import resource

    for kind, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_FSIZE, FILE_SIZE),
        (resource.RLIMIT_CPU, seconds),
    ):
        _, hard = resource.getrlimit(kind)
        resource.setrlimit(kind, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


def _without_network() -> tuple[str, ...]:
    """A command that starts another in a network of its own, with nothing in it; nothing where that is not allowed."""
    tool = shutil.which("unshare")
    if tool is None:
        return ()
    prefix = (tool, "--net", "--map-root-user")
    try:
        done = subprocess.run([*prefix, "true"], capture_output=True, timeout=5, check=False)  # noqa: S603 - words of our own
    except (OSError, subprocess.SubprocessError):
        return ()
    return prefix if done.returncode == 0 else ()
