"""Functions that can be put in for one of the program's own, by name."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

from chainrule.errors import AskError
from chainrule.reading.instrument import HOOK, instrument
from chainrule.reading.recorder import Recorder

SOURCES: Mapping[str, str] = MappingProxyType(
    {
        "identity": "return x * 1",
        "relu": "return np.maximum(0, x)",
        "leaky_relu": "return np.where(x > 0, x, 0.01 * x)",
        "sigmoid": "return 1 / (1 + np.exp(-x))",
        "tanh": "return np.tanh(x)",
        "softplus": "return np.log(1 + np.exp(x))",
        "elu": "return np.where(x > 0, x, np.exp(x) - 1)",
        "silu": "return x / (1 + np.exp(-x))",
        "sin": "return np.sin(x)",
        "square": "return x**2",
    }
)


def functions_for(wanted: Mapping[str, str], recorder: Recorder) -> dict[str, Callable[..., Any]]:
    """For each function of the program, the one to call in its place.

    Raises:
        AskError: there is no such function to put in.
    """
    found: dict[str, Callable[..., Any]] = {}
    for own, other in wanted.items():
        if other not in SOURCES:
            raise AskError(f"--swap {own}={other}: there is no function `{other}` to put in. There are: {', '.join(SOURCES)}.")
        name = f"<{other}>"
        tree = instrument(ast.parse(f"def {other}(x):\n    {SOURCES[other]}\n"))
        recorder.files[name] = (None, "")
        space: dict[str, Any] = {"np": np, HOOK: recorder}
        exec(compile(tree, name, "exec"), space)
        found[own] = space[other]
    return found
