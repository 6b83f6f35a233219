"""Checking a pair of functions from a project's own tests: a loss, and the gradient that was written for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from chainrule.checking.claim import Claim
from chainrule.checking.judge import judge_claims
from chainrule.checking.verdicts import Check, Judgement
from chainrule.checking.words import difference, shown
from chainrule.errors import AskError, GradientMismatch
from chainrule.reading.functions import trace_gradient
from chainrule.reading.roles import infer


def check_gradient(
    loss: Callable[..., Any],
    gradient: Callable[..., Any],
    values: Mapping[str, Any],
    wrt: Sequence[str] = (),
    *,
    strict: bool = True,
    budget: float = 20.0,
) -> Check:
    """Judge a gradient written by hand against the loss it is meant for, as functions and not at one point.

    Args:
        loss: a function of `values` that returns one number.
        gradient: a function of the same values; it returns a dictionary by name, or one array for each of `wrt` in order.
        values: every argument by name: numbers and arrays.
        wrt: the names to check (all floating-point values, for none given).
        strict: a constant factor, and what cannot be told, fail too.
        budget: how long the two functions may run, in seconds.

    Returns:
        The verdicts, all of them right (or, where not `strict`, not wrong).

    Raises:
        GradientMismatch: a derivative is wrong. The message names the entry, the term and the mistake. It is an
            AssertionError, so a test fails with it.
        AskError: a function does not take these values, or returns something else than was expected.
    """
    names = tuple(wrt) or tuple(n for n, v in values.items() if not _is_whole(v))
    unknown = [n for n in names if n not in values]
    if unknown:
        raise AskError(f"wrt names {unknown[0]!r}, which is not among the values ({', '.join(values)}).")
    trace, node, written = trace_gradient(loss, gradient, values, names, budget)
    reading = infer(trace, loss=node, wrt=names)
    claims: list[Claim] = []
    shaped: list[Judgement] = []
    for name, at in zip(names, written, strict=True):
        leaf = next(b.node for b in trace.bindings if b.name.text == name)  # before anything ran
        has, needs = trace.graph.nodes[at].shape, trace.graph.nodes[leaf].shape
        title = trace.graph.nodes[at].name
        assert title is not None
        if has == needs:
            claims.append(Claim(at, title, leaf, 1, "name"))
        else:
            words = f"it has shape {has}, and {name} has shape {needs}"
            shaped.append(Judgement(title, at, name, "wrong", words, kind="mistake", loss=reading.loss.name.text))
    judged = (*shaped, *judge_claims(reading, claims))
    check = Check(getattr(loss, "__name__", "loss"), {"name": reading.loss.name.text, "inferred": False}, judged)
    failed = [j for j in judged if j.fails or (strict and (j.verdict == "cannot tell" or j.kind == "scale"))]
    if failed:
        raise GradientMismatch("\n".join(map(_message, failed)), check)
    return check


def check_backward(
    forward: Callable[..., Any],
    backward: Callable[..., Any],
    values: Mapping[str, Any],
    wrt: Sequence[str] = (),
    *,
    strict: bool = True,
    budget: float = 20.0,
) -> Check:
    """Judge a layer's backward function against its forward function, as functions and not at one point.

    Args:
        forward: a function of `values` that returns an array, or an array and a cache.
        backward: a function of ∂L/∂(that array), of the same shape, and of the cache where there is one, else of `values`
            by name. It returns a dictionary by name, or one array for each of `wrt` in order.
        values: every argument of `forward` by name: numbers and arrays.
        wrt: the names to check (all floating-point values, for none given).
        strict: a constant factor, and what cannot be told, fail too.
        budget: how long the two functions may run, in seconds.

    Returns:
        The verdicts, all of them right (or, where not `strict`, not wrong), for L = Σ upstream ⊙ forward(…) with a random
        `upstream` that is varied too.

    Raises:
        GradientMismatch: a derivative is wrong; an AssertionError, so a test fails with it.
        AskError: a function does not take these values, or returns something else than was expected.
    """
    output = forward(**values)
    shape = np.shape(output[0] if isinstance(output, tuple) else output)
    names = tuple(wrt) or tuple(n for n, v in values.items() if not _is_whole(v))
    upstream = np.random.default_rng(0).normal(size=shape)

    def loss(**given: Any) -> Any:
        handed_back = given.pop("upstream")
        made = forward(**given)
        return np.sum((made[0] if isinstance(made, tuple) else made) * handed_back)

    def gradient(**given: Any) -> Any:
        handed_back = given.pop("upstream")
        made = forward(**given)
        return backward(handed_back, made[1]) if isinstance(made, tuple) else backward(handed_back, **given)

    loss.__module__ = gradient.__module__ = forward.__module__  # what they call is read with what it calls in its turn
    gradient.__name__ = getattr(backward, "__name__", "backward")
    return check_gradient(loss, gradient, {**values, "upstream": upstream}, names, strict=strict, budget=budget)


def _is_whole(value: Any) -> bool:
    return np.asarray(value).dtype.kind in "iub"


def _message(j: Judgement) -> str:
    """One failed derivative: the verdict, the mistake, the entry, and where it shows."""
    parts = [f"{j.name.text} {'is off by a constant factor' if j.kind == 'scale' else 'is ' + j.verdict}: {j.because}."]
    if j.counterexample is not None:
        put_in = ", ".join(f"{k} = {shown(v)}" for k, v in j.counterexample.set.items())
        parts.append(f"With {put_in} it gives {difference(j.counterexample.written, j.counterexample.true)}.")
    elif j.written is not None and j.true is not None:
        parts.append(f"At the values given it gives {difference(j.written, j.true)}.")
    return " ".join(parts)
