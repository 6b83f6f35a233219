"""Names that NumPy and Python had and have no more, such as `np.float` and `collections.Iterable`: a program that was written for
them is read with what they meant.
"""

from __future__ import annotations

import collections
import collections.abc
import contextlib
import platform
import re
import time
from collections.abc import Iterator, Mapping
from types import ModuleType
from typing import Any

import numpy as np

NUMPY: Mapping[str, Any] = {
    "float": float, "int": int, "object": object, "str": str, "complex": complex, "bool": bool,
    "float_": np.float64, "complex_": np.complex128, "NaN": np.nan, "NAN": np.nan, "Inf": np.inf, "infty": np.inf,
    "product": np.prod, "cumproduct": np.cumprod, "alltrue": np.all, "sometrue": np.any, "round_": np.round,
    "row_stack": np.vstack, "in1d": np.isin, "mat": np.asmatrix, "msort": np.sort,
}  # fmt: skip
COLLECTIONS: Mapping[str, Any] = {name: getattr(collections.abc, name) for name in collections.abc.__all__}
MEANT: tuple[tuple[ModuleType, Mapping[str, Any]], ...] = (
    (np, NUMPY),
    (collections, COLLECTIONS),
    (time, {"clock": time.perf_counter}),
)
USED = re.compile(rf"\b(?:np|numpy)\.({'|'.join(NUMPY)})\b")
USED_OF_PYTHON = re.compile(
    rf"\b(?:collections\.({'|'.join(COLLECTIONS)})\b|from collections import .*\b({'|'.join(COLLECTIONS)})\b|(time\.clock)\b)"
)


@contextlib.contextmanager
def older_names() -> Iterator[None]:
    """NumPy and Python with the names that they have no more, and afterwards without them."""
    missing = [(module, name, meant) for module, names in MEANT for name, meant in names.items() if name not in vars(module)]
    for module, name, meant in missing:
        setattr(module, name, meant)
    try:
        yield
    finally:
        for module, name, _ in missing:
            delattr(module, name)


def notices_of(code: str) -> tuple[str, ...]:
    """What is said of a program that uses such names, which the NumPy or the Python installed does not have."""
    of_numpy = [f"np.{name}" for name in USED.findall(code) if name not in vars(np)]
    found = ("".join(groups) for groups in USED_OF_PYTHON.findall(code))
    of_python = [name for name in found if name == "time.clock" or name not in vars(collections)]
    return tuple(
        f"It was written for an older {what}: {', '.join(f'`{name}`' for name in dict.fromkeys(used))} is read as what it meant. "
        f"{what} {version} itself stops there."
        for what, used, version in (("NumPy", of_numpy, np.__version__), ("Python", of_python, platform.python_version()))
        if used
    )
