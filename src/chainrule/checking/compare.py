"""Comparing a written value with the true one, and gathering what many samples say."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal, TypeAlias

import numpy as np

TOLERANCE = 1e-6
MOST_TIMES = 1e4
NEGLIGIBLE = 1e-9
Answer: TypeAlias = Literal["same", "different", "unclear"]


def compare(written: Any, true: Any, tolerance: float = TOLERANCE) -> Answer:
    """Whether two values are the same, as far as double precision tells."""
    if isinstance(written, float) and isinstance(true, float):
        one, other = float(written), float(true)  # Python's own numbers: NumPy's warn of inf − inf
        return _answer(abs(one - other), max(abs(one), abs(other)), tolerance)
    written, true = as_floats(written), as_floats(true)
    if written is None or true is None:
        return "unclear"
    w, t = fitted(written, true.shape), true
    if w is None:
        return "different"
    if not (np.all(np.isfinite(w)) and np.all(np.isfinite(t))):
        return "unclear"
    size = max(np.max(np.abs(w), initial=0.0), np.max(np.abs(t), initial=0.0))
    return _answer(float(np.max(np.abs(w - t), initial=0.0)), float(size), tolerance)


def _answer(apart: float, size: float, tolerance: float) -> Answer:
    if not math.isfinite(apart):
        return "unclear"
    if apart <= tolerance * size + 1e-13:
        return "same"
    if size < NEGLIGIBLE or apart <= 100 * tolerance * size:
        return "unclear"
    return "different"


def as_floats(value: Any) -> np.ndarray | None:
    try:
        return np.asarray(value, float)
    except (TypeError, ValueError):
        return None


def fitted(written: np.ndarray, shape: tuple[int, ...]) -> np.ndarray | None:
    """The written value in the shape of the true one, copied along axes as an update would; None where it does not fit."""
    if written.size == math.prod(shape):
        return written.reshape(shape)
    try:
        return np.broadcast_to(written, shape)
    except ValueError:
        return None


def ratio(written: Any, true: Any) -> float | None:
    """The factor by which `written` is a multiple of `true`, where it is one and neither is zero."""
    w, t = as_floats(written), as_floats(true)
    w = fitted(w, t.shape) if w is not None and t is not None else None
    if w is None or t is None or not np.all(np.isfinite(w)) or not np.all(np.isfinite(t)):
        return None
    w, t = w.ravel(), t.ravel()
    largest = float(np.max(np.abs(t), initial=0))
    if largest < NEGLIGIBLE:
        return None
    scaled = t / largest
    factor = float((w / largest) @ scaled) / float(scaled @ scaled)
    if factor == 0 or np.max(np.abs(w - factor * t)) > TOLERANCE * max(np.max(np.abs(w)), 1e-300):
        return None
    return factor


@dataclass
class Tally:
    """What the samples say of one claim."""

    same: int = 0
    telling: int = 0
    different: list[tuple[Any, Any]] = field(default_factory=list)
    unclear: int = 0
    pairs: list[tuple[Any, Any]] = field(default_factory=list)
    on_kinks: list[Answer] = field(default_factory=list)

    def add(self, answer: Answer, written: Any, true: Any) -> None:
        match answer:
            case "same":
                self.same += 1
                self.telling += bool(np.any(np.asarray(true) != 0))
            case "different":
                self.different.append((written, true))
            case _:
                self.unclear += 1
                return
        self.pairs.append((written, true))

    @property
    def factor(self) -> float | None:
        """One factor for all samples, two of them non-zero at least; None where there is none, or where it is 1."""
        return common_factor(self.pairs)


def common_factor(pairs: Iterable[tuple[Any, Any]]) -> float | None:
    found: list[float] = []
    for written, true in pairs:
        sizes = [np.max(np.abs(side), initial=0) for side in (written, true)]
        if sizes[1] < NEGLIGIBLE and sizes[0] < NEGLIGIBLE * MOST_TIMES:
            continue  # where the derivative all but vanishes, so does any multiple of it
        factor = ratio(written, true)
        if factor is None:
            return None
        found.append(factor)
    if len(found) < 2 or max(found) - min(found) > 1e-5 * abs(found[0]) or abs(found[0] - 1) < TOLERANCE:
        return None
    return found[0]


def factor_text(factor: float, counts: Mapping[int, str] = MappingProxyType({})) -> str:
    """½, 2, −1, 1/N: a factor in the words people use; `counts` are numbers that the program has a name for."""
    size = abs(factor)
    sign = "−" if factor < 0 else ""
    for count, name in counts.items():
        if count > 2 and abs(size - count) < 1e-6 * count:
            return f"{sign}{name} ({name} = {count})"
        if count > 2 and abs(size - 1 / count) < 1e-6 / count:
            return f"{sign}1/{name} ({name} = {count})"
    for count, name in counts.items():
        if count > 2 and abs(size - count / 2) < 1e-6 * count and count != 4:
            return f"{sign}{name}/2 ({name} = {count})"
        if count > 2 and abs(size - 2 / count) < 1e-6 / count and count != 4:
            return f"{sign}2/{name} ({name} = {count})"
    if abs(size - 1) < TOLERANCE:
        return f"{sign}1"
    if abs(size - 0.5) < 1e-9:
        return f"{sign}½"
    if abs(size - round(size)) < 1e-6 * size and size >= 1:
        return f"{sign}{round(size)}"
    if size < 1 and abs(1 / size - round(1 / size)) < 1e-5 / size:
        return f"{sign}1/{round(1 / size)}"
    return f"{sign}{size:.6g}"


def share(factor: float, of: str, counts: Mapping[int, str] = MappingProxyType({})) -> str:
    """½ of the gradient, 2 times the gradient."""
    text = factor_text(factor, counts)
    if text == "−1":
        return f"minus {of}"
    return f"{text} of {of}" if abs(factor) < 1 else f"{text} times {of}"
