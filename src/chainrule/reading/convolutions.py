"""Convolutions by NumPy's and SciPy's functions: the windows of one array, each summed against the other.

(f ∗ g)[n] = Σ f[k]·g[n − k]; a correlation leaves g as it stands. https://docs.scipy.org/doc/scipy/reference/signal.html
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import numpy as np

from chainrule.reading.traced import holds_traced, plain

if TYPE_CHECKING:
    from chainrule.reading.dispatch import Table
    from chainrule.reading.numpy_table import Handler

LETTERS = "abcdefgh"


def _handler(*, turned: bool, usual: str) -> Handler:
    """A convolution where the kernel is `turned` about, else a correlation; `usual` is the mode where none is given."""

    def handler(t: Table, function: Any, arguments: Any, options: Any) -> Any:
        if not holds_traced(arguments):
            return t.outside(function, arguments, options)
        raw = function(*plain(arguments), **plain(options))
        first, second, *rest = arguments
        mode = plain(rest[0] if rest else options.get("mode", usual))
        wraps = len(rest) > 1 or options.get("boundary", "fill") != "fill" or options.get("fillvalue", 0)
        rank = np.ndim(plain(first))
        if wraps or rank != np.ndim(plain(second)) or not 0 < rank < len(LETTERS) // 2:
            return t.opaque(function, arguments, options, raw)
        made = _summed(t, first, second, mode, turned=turned)
        if made is None or np.shape(plain(made)) != np.shape(raw) or not np.allclose(plain(made), raw):
            return t.opaque(function, arguments, options, raw)
        return made

    return handler


def _summed(t: Table, first: Any, second: Any, mode: str, *, turned: bool) -> Any:
    sizes, others = np.shape(plain(first)), np.shape(plain(second))
    if mode == "valid" and any(n < m for n, m in zip(sizes, others, strict=True)):
        if any(n > m for n, m in zip(sizes, others, strict=True)):
            return None
        made = _summed(t, second, first, mode, turned=turned)  # the larger one holds the windows
        return made if turned or made is None else t.call(np.flip, (made,), {})
    kernel = t.call(np.flip, (second,), {}) if turned else second
    if mode != "valid":
        first = t.call(np.pad, (first, [(m - 1, m - 1) for m in others]), {})
    windows = t.call(np.lib.stride_tricks.sliding_window_view, (first, others), {})
    kept, inside = LETTERS[: len(sizes)], LETTERS[len(sizes) : 2 * len(sizes)]
    whole = t.call(np.einsum, (f"{kept}{inside},{inside}->{kept}", windows, kernel), {})
    if mode != "same":
        return whole
    starts = [(m - 1) // 2 if turned else m // 2 for m in others]
    return t.recorder.get(whole, tuple(slice(s, s + n) for s, n in zip(starts, sizes, strict=True)))


def FUNCTIONS() -> list[tuple[Any, Handler]]:  # noqa: N802 - a table, made when first needed
    """NumPy's, and SciPy's where the program has it."""
    rows: list[tuple[Any, Handler]] = [
        (np.convolve, _handler(turned=True, usual="full")),
        (np.correlate, _handler(turned=False, usual="valid")),
    ]
    signal = sys.modules.get("scipy.signal")
    if signal is not None:
        turned, plainly = _handler(turned=True, usual="full"), _handler(turned=False, usual="full")
        rows += [(signal.convolve, turned), (signal.convolve2d, turned), (signal.fftconvolve, turned)]
        rows += [(signal.correlate, plainly), (signal.correlate2d, plainly)]
    return rows
