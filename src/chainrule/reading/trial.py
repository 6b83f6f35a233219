"""A function of the program tried on stand-ins for its arguments: whether it is a function of them alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from chainrule.reading.recorder import Recorder
    from chainrule.reading.traced import Traced


class Impure(BaseException):
    """A function under trial did something that a function of its arguments alone does not do."""


class Trial:
    """A function tried on stand-ins for its arguments: it must be a function of them alone (see `lift.py`)."""

    def __init__(self, recorder: Recorder, decisions: tuple[bool, ...]) -> None:
        self.recorder = recorder
        self.decisions = decisions
        self.taken: list[tuple[int, bool]] = []
        self.first = 0

    def inside(self, value: Traced) -> int:
        if not self.owns(value):
            raise Impure("it uses a value from outside")
        return value.node

    def owns(self, value: Traced) -> bool:
        return value.home is self.recorder.builder

    def decide(self, value: Traced, raw: Any) -> Any:
        if np.ndim(raw) or not isinstance(raw, (bool, np.bool_)):
            raise Impure("it branches on more than one number")
        position = len(self.taken)
        way = self.decisions[position] if position < len(self.decisions) else bool(raw)
        self.taken.append((self.inside(value), way))
        return way
