"""Checking files side by side: each in a process of its own, its verdicts handed back as data."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeAlias

from chainrule.many.confined import confinement
from chainrule.progress import Report, silent

Status: TypeAlias = Literal["wrong", "doubtful", "right", "nothing", "unread"]
STARTING = 60


@dataclass(frozen=True)
class Outcome:
    """What became of one file: its check by the documented schema, or why there is none."""

    path: Path
    check: dict[str, Any] | None
    error: str = ""
    kind: str = ""
    seconds: float = field(default=0.0, compare=False)

    @property
    def claims(self) -> list[dict[str, Any]]:
        return list(self.check["claims"]) if self.check else []

    @property
    def judged(self) -> list[dict[str, Any]]:
        """Claims and update lines."""
        return [*self.claims, *(self.check["updates"] if self.check else ())]

    @property
    def status(self) -> Status:
        """The worst that is said of the file."""
        if self.check is None:
            return "nothing" if self.kind == "NoLoss" else "unread"
        if any(fails(j) for j in self.judged):
            return "wrong"
        if any(j["verdict"] != "right" for j in self.claims):
            return "doubtful"
        return "right" if self.claims else "nothing"

    @property
    def summary(self) -> str:
        """ "5 right, 1 wrong", or why nothing was judged."""
        if self.check is None:
            return self.error
        if not self.claims:
            return "no hand-written derivative was found"
        counts = Counter("off by a constant factor" if j["kind"] == "scale" else j["verdict"] for j in self.claims)
        return ", ".join(f"{n} {verdict}" for verdict, n in counts.most_common())


def fails(judgement: dict[str, Any]) -> bool:
    """Whether a verdict, as data, is one that fails a check."""
    return judgement["kind"] != "scale" and judgement["verdict"] in ("wrong", "right only here")


def check_files(
    paths: Sequence[Path], options: Sequence[str] = (), *, budget: float = 20.0, isolated: bool = False, report: Report = silent
) -> Iterator[Outcome]:
    """Check each file in a process of its own, several at a time; the outcomes as they come.

    Args:
        options: further words of the command line, such as `--of loss`.
        budget: seconds that a program may run.
        isolated: with limits on time, memory and files, and without network where the system allows that.
    """
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
        waiting = [pool.submit(_checked, path, options, budget, isolated) for path in paths]
        try:
            for done, future in enumerate(as_completed(waiting), 1):
                outcome = future.result()
                report(f"checked {outcome.path.name}", done, len(paths))
                yield outcome
        finally:
            for future in waiting:
                future.cancel()


def _checked(path: Path, options: Sequence[str], budget: float, isolated: bool) -> Outcome:
    words = [sys.executable, "-m", "chainrule.cli", "check", str(path.resolve()), "--json", "--budget", f"{budget:g}", *options]
    most = int(3 * budget) + STARTING
    limits = confinement(most) if isolated else None
    began = time.monotonic()
    try:
        done = subprocess.run(  # noqa: S603 - chainrule itself, on a file that the user names
            [*(limits.prefix if limits else ()), *words], capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=most,
            preexec_fn=limits.before if limits else None, check=False, cwd=path.resolve().parent,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return Outcome(path, None, f"it took longer than {most} s, and was stopped", "Timeout", time.monotonic() - began)
    return _read(path, done, time.monotonic() - began)


def _read(path: Path, done: subprocess.CompletedProcess[str], seconds: float) -> Outcome:
    try:
        data = json.loads(done.stdout)
    except ValueError:
        last = (done.stderr.strip().splitlines() or [""])[-1]
        how = f"signal {-done.returncode}" if done.returncode < 0 else f"code {done.returncode}"
        return Outcome(path, None, f"the process ended with {how}{f': {last}' if last else ''}", "Died", seconds)
    if "error" in data:
        message = data["error"]["message"].removeprefix(f"{path.resolve()}: ").replace(str(path.resolve()), str(path))
        return Outcome(path, None, message, data["error"]["kind"], seconds)
    return Outcome(path, {**data, "file": str(path)}, "", "", seconds)


def exit_code(outcomes: Sequence[Outcome], *, strict: bool = False, skip_unread: bool = False) -> int:
    """1 where something is wrong (strictly: or in doubt), else 2 where a file could not be read (if that counts), else 0."""
    statuses = {o.status for o in outcomes}
    if "wrong" in statuses or (strict and "doubtful" in statuses):
        return 1
    return 2 if "unread" in statuses and not skip_unread else 0
