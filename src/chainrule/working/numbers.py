"""Numbers as they are written: significant digits, never a false zero, fractions where asked, large arrays abbreviated."""

from __future__ import annotations

import math
from fractions import Fraction as Exact
from typing import Any

import numpy as np

from chainrule.working.notation import Formula, Matrix, Number, Words

MOST_ROWS, MOST_COLUMNS = 6, 8


def text_of(value: Any, digits: int = 6) -> str:
    """One number: `digits` significant digits, small ones in exponent form, the true minus sign."""
    if isinstance(value, Exact):
        return str(value).replace("-", "−")
    if isinstance(value, (bool, np.bool_)):
        return "true" if value else "false"
    if isinstance(value, (complex, np.complexfloating)):
        return f"{value:.{digits}g}"
    number = float(value)
    if math.isnan(number):
        return "NaN"
    if math.isinf(number):
        return "∞" if number > 0 else "−∞"
    if isinstance(value, (int, np.integer)):
        return str(int(value)).replace("-", "−")
    if number == int(number) and abs(number) < 10 ** max(digits, 6):
        return str(int(number)).replace("-", "−")
    return f"{number:.{digits}g}".replace("-", "−")


def formula_of(value: Any, digits: int = 6) -> Formula:
    """A value as a formula: a number, or a matrix whose left-out entries are dots."""
    if isinstance(value, (np.ndarray, list, tuple)) and np.ndim(value):
        return _matrix(np.asarray(value), digits)
    if isinstance(value, np.ndarray):
        value = value[()]
    return Number(text_of(value, digits))


def _matrix(array: np.ndarray, digits: int) -> Formula:
    if array.ndim > 2:
        return Words(f"an array of shape {'×'.join(map(str, array.shape))}")
    rows = array[None, :] if array.ndim == 1 else array
    picked = _picked(rows.shape[0], MOST_ROWS)
    columns = _picked(rows.shape[1], MOST_COLUMNS)
    made = tuple(
        tuple(Words("…") if r is None or c is None else Number(text_of(rows[r, c], digits)) for c in columns) for r in picked
    )
    return Matrix(made, array.shape)


def _picked(n: int, most: int) -> list[int | None]:
    if n <= most:
        return list(range(n))
    return [*range(most // 2), None, *range(n - most // 2 + 1, n)]


def is_small(value: Any, most: int = 24) -> bool:
    """Whether a value's numbers can stand inside a formula without drowning it."""
    return np.ndim(value) <= 2 and np.size(value) <= most


def exactly(value: Any) -> Any:
    """The fraction that a literal says: 0.1 is 1/10."""
    if isinstance(value, (bool, np.bool_)):
        return value
    if isinstance(value, (int, np.integer)):
        return Exact(int(value))
    if isinstance(value, (float, np.floating)):
        return Exact(repr(float(value))) if math.isfinite(value) else value
    if isinstance(value, np.ndarray) and value.dtype.kind in "iuf":
        return np.array([exactly(v) for v in value.ravel().tolist()], dtype=object).reshape(value.shape)
    return value


def shape_text(shape: tuple[int, ...]) -> str:
    """4×3; a vector as (3)."""
    return "a single number" if not shape else "×".join(map(str, shape)) if len(shape) != 1 else f"({shape[0]})"
