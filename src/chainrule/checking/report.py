"""A check as plain data, by the documented schema: what `--json` prints and other tools read."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from chainrule.checking.compare import TOLERANCE, fitted
from chainrule.checking.verdicts import Check, Judgement
from chainrule.reading.trace import Output

SCHEMA_VERSION = 1


def to_data(check: Check, outputs: Sequence[Output] = (), notices: Sequence[str] = ()) -> dict[str, Any]:
    """The whole check; `line` counts within the cell where there is one."""
    return {
        "schema_version": SCHEMA_VERSION,
        "file": check.path,
        "loss": dict(check.loss),
        "claims": [judgement_data(j) for j in check.claims],
        "updates": [judgement_data(j) for j in check.updates],
        "outputs": [
            {"line": o.line, "cell": o.cell, "shown": o.shown, "computed": o.computed, "same": o.same} for o in outputs
        ],
        "coverage": {
            "without_derivative": list(check.coverage.without_derivative),
            "without_update": list(check.coverage.without_update),
            "not_in_loss": list(check.coverage.not_in_loss),
        },
        "notices": [*notices, *check.notices],
    }


def judgement_data(j: Judgement) -> dict[str, Any]:
    """One verdict; an array is given by its shape, how many entries are wrong, and the first of them."""
    written, true = pair_data(j.written, j.true)
    counterexample = None
    if j.counterexample is not None:
        there = pair_data(j.counterexample.written, j.counterexample.true)
        counterexample = {"set": {k: number(v) for k, v in j.counterexample.set.items()}, "written": there[0], "true": there[1]}
    return {
        "name": j.name.text,
        "version": j.name.version,
        "line": j.source.line if j.source else None,
        "cell": j.source.cell if j.source else None,
        "file": j.source.file or None if j.source else None,
        "with_respect_to": j.with_respect_to,
        "loss": j.loss,
        "verdict": j.verdict,
        "kind": j.kind or None,
        "factor": j.factor,
        "written": written,
        "true": true,
        "because": j.because,
        "write_instead": j.write_instead or None,
        "counterexample": counterexample,
        "domain": j.domain,
        "samples": j.samples,
        "tolerance": j.tolerance,
    }


def number(value: Any) -> Any:
    """A number as JSON has it; NaN and the infinities as strings; an array as nested lists."""
    if value is None or isinstance(value, (bool, str)):
        return value
    array = np.asarray(value)
    if array.ndim:
        return [number(v) for v in array]
    plain = array.item()
    if isinstance(plain, float) and not math.isfinite(plain):
        return "NaN" if math.isnan(plain) else "Infinity" if plain > 0 else "-Infinity"
    return plain if isinstance(plain, (bool, int, float)) else str(plain)


def pair_data(written: Any, true: Any) -> tuple[Any, Any]:
    """Both values: numbers as they are, arrays by their first wrong entry."""
    if not np.ndim(written) and not np.ndim(true):
        return number(written), number(true)
    w, t = np.asarray(written, float), np.asarray(true, float)
    fitting = fitted(w, t.shape)
    if fitting is None:
        return {"shape": list(w.shape)}, {"shape": list(t.shape)}
    flat_w, flat_t = fitting.ravel(), t.ravel()
    size = max(float(np.max(np.abs(flat_w), initial=0)), float(np.max(np.abs(flat_t), initial=0)))
    apart = np.abs(flat_w - flat_t) > TOLERANCE * size + 1e-13
    wrong = int(np.count_nonzero(apart))
    first = int(np.argmax(apart)) if wrong else 0
    index = [int(i) for i in np.unravel_index(first, t.shape)] if t.size and t.ndim else []

    def side(array: np.ndarray, flat: np.ndarray) -> dict[str, Any]:
        return {"shape": list(array.shape), "wrong_entries": wrong, "first_wrong": index if wrong else None,
                "value": number(flat[first]) if flat.size else None}  # fmt: skip

    return side(w, flat_w), side(t, flat_t)
