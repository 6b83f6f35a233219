"""What is given for a parameter of what is called: by the first rule that knows, of how it is used, what ran, what it is called."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from chainrule.calling.data import (
    BIAS,
    COUNT,
    DATA,
    LAYERS,
    NUMBERS,
    OUTPUT,
    RESULT,
    SCALE,
    SEVERAL,
    TARGET,
    UPSTREAM,
    WEIGHT,
    any_function,
    function_for,
    guessed_size,
    value_for,
)  # fmt: skip
from chainrule.calling.definitions import Defined
from chainrule.calling.values import (
    HIDDEN,
    function_of,
    layers_of,
    parameter_keys,
    parameters_for,
    recurrent_shape,
    settings_for,
    sizes_for,
    text_for,
)  # fmt: skip
from chainrule.errors import AskError

if TYPE_CHECKING:
    from chainrule.calling.driver import Driver

INITIAL = re.compile("init|zeros|random", re.I)
BEFORE = re.compile(r"(^|_)(prev\w*|last|previous)(_|$)", re.I)


def given_for(driver: Driver, name: str, of: Defined) -> str:
    """What is given for a parameter, by the first rule that knows.

    Raises:
        AskError: none does.
    """
    if name in driver.known:
        return driver.known[name]
    for rule in (
        _by_use,
        _by_what_ran,
        _size_by_use,
        _known_already,
        _function,
        _in_a_list,
        _by_recurrence,
        _settings,
        _by_name,
        _by_producer,
        _data,
        _guessed,
    ):
        value = rule(driver, name, of)
        if value is not None:
            return value
    asks = of.used(name).asks
    raise nothing_has(driver, name, asks) if asks else nothing_says(driver, name)


def _ran_before(driver: Driver, of: Defined) -> Defined | None:
    """What ran before what is called now."""
    before = driver.subject.forward
    return before if before is not None and before.name in driver.called and of is not before else None


def _by_use(driver: Driver, name: str, of: Defined) -> str | None:
    """Objects by what they are asked for, texts, sizes in tuples, the functions that a program defines."""
    used, before = of.used(name), _ran_before(driver, of)
    if before is not None and before.gives_table and name in before.keys:
        return f"{OUTPUT}[{name!r}]"
    if used.asks and (found := driver.answering(used.asks, name)):
        said = of.annotations.get(name)
        return driver.object(next((c for c in found if c.name == said), found[0]), driver.layout)
    if used.each and used.each.asks:
        stack = driver.stack(used.each.asks)
        if not stack:
            raise nothing_has(driver, name, used.each.asks)
        return f"[{', '.join(stack)}]"
    if used.filled and not used.keys:
        return "{}"
    return (
        text_for(used.texts)
        or sizes_for(name, used.parts, driver.layout)
        or function_for(name, driver.subject.words, driver.subject.beside)
    )


def _by_what_ran(driver: Driver, name: str, of: Defined) -> str | None:
    """The output, or what an object kept of it: nothing is made up in its place."""
    handed = driver.target is None and TARGET.match(name) and of is driver.subject.goal
    if OUTPUT in driver.known and (handed or RESULT.match(name) or UPSTREAM.match(name)):
        return OUTPUT
    before = _ran_before(driver, of)
    if before is None or not driver.owner or of.name == "__init__" or not RESULT.match(name):
        return None
    if not before.keeps:
        raise nothing_says(driver, name)
    return f"{driver.owner}.{before.keeps}"


def _size_by_use(driver: Driver, name: str, of: Defined) -> str | None:
    if COUNT.match(name) or (of.name == "__init__" and of.used(name).counts):
        return value_for(name, driver.layout) or guessed_size(name, driver.layout)
    return None


def _known_already(driver: Driver, name: str, of: Defined) -> str | None:
    """The one target that there is; the data that went in."""
    backward = of is driver.subject.goal or of in driver.subject.companions
    if backward and driver.data in driver.known and (DATA.match(name) or BEFORE.search(name)):
        if not (driver.subject.handed_in or driver.needs_target(of)):
            raise nothing_says(driver, name)  # what goes in, or a gradient that goes back
        return driver.data
    return next((driver.known[k] for k in driver.known if TARGET.match(k)), None) if TARGET.match(name) else None


def _function(driver: Driver, name: str, of: Defined) -> str | None:
    slope = driver.form.slope_of_output
    function = function_of(name, of.used(name), of_output=slope) or any_function(name, of_output=slope)
    driver.guessed_slope |= function is not None and function.startswith("lambda")
    return function


def _in_a_list(driver: Driver, name: str, of: Defined) -> str | None:
    if of.name == "__init__" and driver.form.sizes_in_lists and SEVERAL.search(name):
        return f"[{HIDDEN}]"
    layers = _layers_asked_for(driver) if LAYERS.match(name) else []
    return repr([driver.layout.width, *(HIDDEN for _ in layers[1:]), driver.layout.out]) if layers else None


def _layers_asked_for(driver: Driver) -> list[int]:
    """The layers whose parameters what runs takes from tables, by their numbers."""
    run = (driver.subject.goal, *([driver.subject.forward] if driver.subject.forward else []))
    return layers_of(parameter_keys([key for f in run for used in f.uses.values() for key in used.keys]))


def _by_recurrence(driver: Driver, name: str, of: Defined) -> str | None:
    shape = recurrent_shape(name, of, driver.layout, driver.form.gates)
    return driver.write(name, f"rng.normal(size={shape})") if shape is not None else None


def _settings(driver: Driver, name: str, of: Defined) -> str | None:
    return settings_for(of.used(name), driver.layout) if of.name == "__init__" else None


def _goes_in_first(driver: Driver, name: str, of: Defined) -> bool:
    return of is driver.subject.forward and name == next(iter(of.required), None) and not driver.data


def _by_name(driver: Driver, name: str, of: Defined) -> str | None:
    if _goes_in_first(driver, name, of) or DATA.match(name) or TARGET.match(name):
        return None
    return value_for(name, driver.layout)


def _by_producer(driver: Driver, name: str, of: Defined) -> str | None:
    """What another function of the program gives back, as one that makes the parameters."""
    keys, before = of.used(name).keys, _ran_before(driver, of)
    if before is not None and keys and before.keys.issuperset(keys):
        return OUTPUT
    fresh = [f for f in driver.subject.others if f.name not in driver.called and name not in dict(f.parameters)]
    producer = next((f for f in fresh if name in f.returns or _makes(f, name)), None)
    if producer is None and len(keys) > 1:
        producer = next((f for f in fresh if f is not of and f.keys.issuperset(keys)), None)
    plain = any(pattern.match(name) for pattern in (DATA, TARGET, WEIGHT, BIAS, RESULT))
    if producer is None or not (INITIAL.search(producer.name) or not (driver.owner or plain)):
        return None
    driver.call(producer, name)
    return name


def _data(driver: Driver, name: str, of: Defined) -> str | None:
    """Arrays of the layout, by what their name says; what goes in first, whatever it is called."""
    layout, vectors = driver.layout, driver.form.vectors
    scaled = layout.out if any(map(WEIGHT.match, of.required)) and not vectors else layout.width  # after x @ w
    for pattern, value in (
        (DATA, f"rng.normal(size={layout.data})"),
        (TARGET, driver.target or f"rng.normal(size={layout.data})"),
        (WEIGHT, f"rng.normal(size={(layout.width,) if vectors else layout.weight})"),
        (SCALE, f"rng.normal(size={(scaled,)})"),
        (BIAS, "0.3" if vectors else f"rng.normal(size={layout.bias})"),
        (RESULT, f"rng.uniform(0.1, 0.9, size={layout.data})"),
    ):
        if pattern.match(name) or (pattern is TARGET and any(map(DATA.match, of.used(name).beside))):
            driver.data = driver.data or (name if pattern in (DATA, RESULT) else "")
            return driver.write(name, value)
    if not _goes_in_first(driver, name, of):
        return None
    driver.data = name
    return driver.write(name, f"rng.normal(size={layout.data})")


def _guessed(driver: Driver, name: str, of: Defined) -> str | None:
    """What may be meant by a name that says little, by where it stands."""
    used = of.used(name)
    table = parameters_for(used, driver.layout)
    if table is not None:
        return table
    if of.name == "__init__":
        return guessed_size(name, driver.layout) or ("np.tanh" if used.called else None)
    if NUMBERS.match(name):
        driver.data = driver.data or name
        return driver.write(name, "np.array([0, 2, 1])")
    return None


def nothing_has(driver: Driver, name: str, asks: Sequence[tuple[str, int]]) -> AskError:
    needed = ", ".join(f"`{asked}`" for asked, _ in asks)
    return AskError(f"no class of the program has what `{name}` of {driver.subject.title} must have: {needed}")


def nothing_says(driver: Driver, name: str) -> AskError:
    return AskError(f"nothing says what to give for `{name}` of {driver.subject.title}")


def _makes(function: Defined, name: str) -> bool:
    """Whether a function says by its name that it makes something: `initialize_network` a network."""
    return bool(INITIAL.search(function.name)) and function.name.lower().endswith(f"_{name.lower()}")
