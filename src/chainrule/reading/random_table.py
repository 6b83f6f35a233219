"""Random draws. What is drawn is data: a value that the program is given, not one that it computes.

Whether a program says where its random numbers begin decides whether its stored outputs can be expected again.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import numpy as np

from chainrule.reading.traced import followed, holds_traced, is_traced, plain

if TYPE_CHECKING:
    from chainrule.reading.dispatch import Table
    from chainrule.reading.numpy_table import Handler

DATA_MODULES = ("sklearn.datasets", "sklearn.model_selection", "sklearn.preprocessing")
SHUFFLES = ("shuffle",)
CHOOSES = ("choice", "choices", "sample", "permutation")


def FUNCTIONS() -> list[tuple[Any, Handler]]:  # noqa: N802 - a table, made when first needed
    """What starts a stream of random numbers, and what turns an array over in place."""
    return [
        (np.random.seed, seeds),
        (random.seed, seeds),
        (np.random.default_rng, starts),
        (np.random.RandomState, starts),
        (random.Random, starts),
        (np.random.shuffle, shuffle),
    ]


def draws(function: Any) -> bool:
    """Whether a function draws random numbers, or makes, splits or scales a set of data."""
    owner = getattr(function, "__self__", None)
    home = getattr(function, "__module__", None) or type(owner).__module__
    return home.startswith(DATA_MODULES) or isinstance(owner, (np.random.RandomState, np.random.Generator, random.Random))


def draw(t: Table, function: Any, arguments: Any, options: Any) -> Any:
    """A draw: plain where only shapes and settings go in; opaque where a followed number does."""
    if function.__name__ in SHUFFLES:
        return shuffle(t, function, arguments, options)
    if function.__name__ in CHOOSES and holds_traced(arguments[:1]) and _has_entries(arguments[0]):
        return choose(t, function, *arguments, **options)
    raw = function(*plain(arguments), **plain(options))
    nodes = t.recorder.builder.nodes
    given = (v for v in (*arguments, *options.values()) if is_traced(v))
    return t.opaque(function, arguments, options, raw) if any(nodes[v.node].dtype == "real" for v in given) else raw


def _has_entries(value: Any) -> bool:
    return isinstance(value, (list, tuple)) or np.ndim(plain(value)) > 0


def draws_anew(function: Any, options: Any) -> bool:
    """Whether a function draws from a stream that is shared, and not from one of its own that it was told how to begin."""
    own_stream = options.get("random_state") is not None
    return draws(function) and not own_stream and not function.__name__.startswith(("load_", "fetch_"))


def choose(t: Table, function: Any, given: Any, *arguments: Any, **options: Any) -> Any:
    """Which entries are drawn is data; the entries themselves are followed."""
    count = range(len(given)) if isinstance(function.__self__, random.Random) else len(given)
    places = function(count, *plain(arguments), **plain(options))
    if isinstance(places, list):
        return [t.recorder.get(given, int(i)) for i in places]
    whole = given if is_traced(given) or isinstance(places, int) else t.call(np.array, (given,), {})
    return t.recorder.get(whole, places)


def state() -> tuple[Any, Any]:
    """Where both of Python's streams of random numbers stand."""
    return random.getstate(), np.random.get_state()


def restore(kept: tuple[Any, Any]) -> None:
    """Go on from there again."""
    random.setstate(kept[0])
    np.random.set_state(kept[1])


def same(one: tuple[Any, Any], other: tuple[Any, Any]) -> bool:
    """Whether nothing was drawn in between."""
    (_, first, at, *_), (_, second, there, *_) = one[1], other[1]
    return one[0] == other[0] and at == there and bool(np.array_equal(first, second))


def seeds(t: Table, function: Any, arguments: Any, options: Any) -> Any:
    given = plain((*arguments, *options.values()))
    if any(g is not None for g in given):
        t.recorder.seeded = True
    return function(*plain(arguments), **plain(options))


def starts(t: Table, function: Any, arguments: Any, options: Any) -> Any:
    if all(g is None for g in plain((*arguments, *options.values()))):
        t.recorder.unseeded = True
    return function(*plain(arguments), **plain(options))


def shuffle(t: Table, function: Any, arguments: Any, options: Any) -> Any:
    """Data turned over in place is new data; what the program computed is followed to its new place."""
    given = arguments[0]
    if type(given) is list:
        function(given, *plain(arguments[1:]), **plain(options))
        return
    if is_traced(given) and t.recorder.builder.nodes[given.node].op != "input" and not options and len(arguments) == 1:
        order = np.arange(len(given.raw))
        function(order)
        t.recorder.store(given, Ellipsis, t.recorder.get(given, order))
        return
    t.leaves(function, followed(arguments))
    function(*plain(arguments), **plain(options))
    if isinstance(given, np.ndarray) and not is_traced(given) and t.recorder.storages.get(id(given)) is not None:
        given = t.traced_of(given)
    if is_traced(given) and given.storage is not None:
        storage = given.storage
        name = storage.name or ("", "array")
        storage.node = t.recorder.leaf(name, storage.array)
        storage.version += 1
