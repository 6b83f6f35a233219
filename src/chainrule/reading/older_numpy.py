"""Names that NumPy had and has no more, such as `np.float`: a program that was written for it is read with what they meant."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

MEANT: Mapping[str, Any] = {
    "float": float, "int": int, "object": object, "str": str, "complex": complex, "bool": bool,
    "float_": np.float64, "complex_": np.complex128, "NaN": np.nan, "NAN": np.nan, "Inf": np.inf, "infty": np.inf,
    "product": np.prod, "cumproduct": np.cumprod, "alltrue": np.all, "sometrue": np.any, "round_": np.round,
    "row_stack": np.vstack, "in1d": np.isin, "mat": np.asmatrix, "msort": np.sort,
}  # fmt: skip
USED = re.compile(rf"\b(?:np|numpy)\.({'|'.join(MEANT)})\b")


@contextlib.contextmanager
def older_names() -> Iterator[None]:
    """NumPy with the names that it has no more, and afterwards without them."""
    missing = [name for name in MEANT if name not in vars(np)]
    for name in missing:
        setattr(np, name, MEANT[name])
    try:
        yield
    finally:
        for name in missing:
            delattr(np, name)


def notice_of(code: str) -> str | None:
    """What is said of a program that uses such names, which the NumPy installed does not have."""
    used = dict.fromkeys(name for name in USED.findall(code) if name not in vars(np))
    if not used:
        return None
    names = ", ".join(f"`np.{name}`" for name in used)
    return f"It was written for an older NumPy: {names} is read as what it meant. NumPy {np.__version__} itself stops there."
