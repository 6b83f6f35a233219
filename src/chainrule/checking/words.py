"""Values of a verdict in words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from chainrule.checking.compare import TOLERANCE, fitted
from chainrule.working.numbers import shape_text, text_of


def shown(value: Any, digits: int = 6) -> str:
    """A number, or the first entries of an array."""
    if not np.ndim(value):
        return text_of(value, digits)
    return "[" + ", ".join(shown(v, digits) for v in np.asarray(value)[:6]) + (", …]" if len(value) > 6 else "]")


def enumerated(names: Iterable[str]) -> str:
    """a, b and c."""
    *first, final = names
    return f"{', '.join(first)} and {final}" if first else final


def difference(written: Any, true: Any, digits: int = 6, meant: str = "the derivative") -> str:
    """Both values, the true one being what is `meant`, or the first entry in which two arrays differ and how many do."""
    if not np.ndim(true) and not np.ndim(written):
        return f"{text_of(written, digits)}; {meant} is {text_of(true, digits)}"
    w, t = np.asarray(written, float), np.asarray(true, float)
    fitting = fitted(w, t.shape)
    if fitting is None:
        return f"shape {shape_text(w.shape)}; {meant} has shape {shape_text(t.shape)}"
    w = fitting
    size = max(float(np.max(np.abs(w), initial=0)), float(np.max(np.abs(t), initial=0)))
    wrong = np.argwhere(np.abs(w - t) > TOLERANCE * size + 1e-13)
    if not len(wrong):
        return meant
    first = tuple(int(i) for i in wrong[0])
    at = f"[{', '.join(map(str, first))}]"
    return (
        f"{text_of(w[first], digits)} at {at}; {meant} is {text_of(t[first], digits)} ({len(wrong)} of {t.size} entries differ)"
    )
