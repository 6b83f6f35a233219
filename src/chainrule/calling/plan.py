"""The calls that exercise a subject: what makes it, what runs before it, the loss, and the backward pass itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import product
from typing import Any, TypeAlias

import numpy as np

from chainrule.calling.data import LAYOUTS, OUTPUT, RESULT, TARGET, WEIGHT, Layout, like_target, of_width
from chainrule.calling.driver import Driver, Form
from chainrule.calling.subjects import Subject
from chainrule.calling.values import INTO_GATES
from chainrule.reading.names import DERIVATIVE_FORMS

Observe: TypeAlias = "Callable[[str, str], Any]"
MOST_WIDTHS = 4
GATES = (1, 4, 3)  # of a recurrent layer, of an LSTM, of a GRU


@dataclass(frozen=True)
class Call:
    """Code that calls what a program defines; `of` is the loss where the code computes one.

    Where nothing is known yet, a call with `one_sample` tells something; else it only hides what more samples show.
    """

    code: str
    words: str
    of: str | None
    one_sample: bool


def calls(subject: Subject, observe: Observe) -> Iterator[Call]:
    """The likeliest calls of a subject first. `observe(code, name)` runs the program with code after it and gives the value
    that a name then has; None if it raised.

    Raises:
        AskError: nothing says what to give for a parameter.
    """
    takes = {name for name, _ in subject.goal.parameters}
    handed = set(subject.handed_in)
    outputs = {m["wrt"] for n in handed for form in DERIVATIVE_FORMS if (m := form.match(n))}  # dl_dy says that y is the output
    upstream = handed and not any(map(TARGET.match, takes - outputs))
    for layout, form in product((*LAYOUTS, *_as_large_as_it_says(subject)), _forms(subject, observe)):
        first = Driver(subject, layout, form)
        targets: tuple[str | None, ...]
        if subject.is_loss:
            for label in (*layout.labels, *layout.targets[1:2]):
                driver = Driver(subject, layout, form, label)
                loss = driver.as_loss()
                over_rows = ("np.mean", "np.sum") if np.ndim(observe(driver.code, loss)) else ("",)  # one loss for each row
                for over in over_rows:
                    driver = Driver(subject, layout, form, label)
                    driver.as_loss(over)
                    yield Call(driver.code, layout.words, loss, layout.is_one_sample)
            continue
        if subject.is_slope and len(subject.goal.required) == 1:
            first.forward()
            output = observe(first.code, OUTPUT)
            if np.shape(output) == layout.data and not np.allclose(np.sum(output, axis=-1), 1):  # of each number by itself
                for of_output in (False, True):
                    driver = Driver(subject, layout, replace(form, slope_of_output=of_output))
                    loss = driver.as_slope()
                    yield Call(driver.code, layout.words, loss, layout.is_one_sample)
            continue
        output = None
        if subject.forward is not None:
            targets = layout.targets if not upstream and first.needs_target(subject.forward) else (None,)
            for target in targets:
                first = Driver(subject, layout, form, target)
                first.forward()
                output = observe(first.code, first.compared)
                if output is not None and np.size(output):
                    break
            if subject.forward.gives_table or not (upstream or subject.forward.returns or subject.forward.keeps):
                first.lines.append("made = np.ones(1)")
                if observe(first.code, "made") is None:
                    continue
                upstream = False
            elif (output is None or np.size(output) == 0) and not subject.runs_forward:
                continue
        targets = (None,) if upstream else layout.targets
        if subject.forward is None and any(map(RESULT.match, subject.goal.required)):
            targets = (*layout.labels, *layout.targets)  # what is compared with a result is of its shape
        if output is not None and not upstream:
            targets = (*like_target(output, layout), *layout.targets[1:2])
        for target in targets:
            driver = Driver(subject, layout, form, target)
            of = driver.whole(np.shape(output)) if output is not None else driver.whole(None)
            yield Call(driver.code, layout.words, of, layout.is_one_sample)


def _forms(subject: Subject, observe: Observe) -> list[Form]:
    """How a program wants what its names leave open: sizes as numbers, or in lists where it cannot be made of numbers."""
    forms = [Form(), Form(sizes_in_lists=True), Form(defaults_too=True)] if subject.made is not None else [Form()]
    for form in forms:
        driver = Driver(subject, LAYOUTS[0], form)
        driver.make()
        driver.lines.append("made = np.ones(1)")
        if observe(driver.code, "made") is not None:
            break
    else:
        form = forms[0]
    taken = [n for f in (subject.made, subject.forward, subject.goal) if f is not None for n in f.required]
    if any(map(INTO_GATES.match, taken)):
        return [replace(form, gates=gates) for gates in GATES]
    found = [form, replace(form, slope_of_output=True)] if driver.guessed_slope else [form]
    return [*found, replace(form, vectors=True)] if any(map(WEIGHT.match, taken)) else found


def _as_large_as_it_says(subject: Subject) -> Iterator[Layout]:
    """Data of the sizes that are written in a definition: images of 784 pixels and 10 classes."""
    sizes = [size for size in subject.sizes if size != 4][:MOST_WIDTHS]
    for width in sorted(sizes, reverse=True):
        for classes in (2, *sorted(size for size in sizes if size < width)[:2]):
            yield from of_width(width, classes)
