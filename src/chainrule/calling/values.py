"""Values that are made up by what a definition does with them: sizes in a tuple, tables of parameters, functions."""

from __future__ import annotations

import re
from collections.abc import Sequence

from chainrule.calling.data import BIAS, DATA, FUNCTION, KNOWN_FUNCTIONS, Layout, guessed_size, usual_setting, value_for
from chainrule.calling.definitions import Defined
from chainrule.calling.uses import Uses

SIZES = re.compile(r"size|shape|dim|kernel|stride|pad|pool|units|nodes|channels|layers?$|window|filter|conn", re.I)
STEPS = re.compile("strid|pad", re.I)
INITIALIZER = re.compile("^init|initiali[sz]er", re.I)
WINDOWS = re.compile("kernel|filter|pool|window", re.I)
PARAMETER_KEY = re.compile(r"^(?P<kind>w|b|weights?|bias|theta)_?(?P<layer>\d+)$", re.I)
INTO_GATES = re.compile(r"^w_?[xi]h?$|^w_?ih$", re.I)
RECURRENT = re.compile(r"^w_?h+$", re.I)
STATE = re.compile(
    r"^(h|c|a|s|hidden|cell|state|mem_?cell)(_?(state|ct|t))?_?(prev\w*|0|init|old|last|t_1)$"
    r"|^(prev|last|old)_?(h|c|s|hidden|cell|state)(_?state)?$",
    re.I,
)
HIDDEN = 3
IMAGE_AXES = 3


def text_for(texts: Sequence[str]) -> str | None:
    """One of the texts that a parameter is compared with: an activation that is known, or the first."""
    known = (text for name in KNOWN_FUNCTIONS for text in texts if text.lower() == name)
    return repr(next(known, texts[0])) if texts else None


def sizes_for(name: str, parts: Sequence[str], layout: Layout) -> str | None:
    """Sizes in a tuple, by what each of its parts is called or by what they are of."""
    if not parts or not SIZES.search(name):
        return None
    plain = value_for(name, layout)
    if plain is not None and not plain.isdigit() and ("shape" in name.lower() or len(parts) != 2):
        return plain
    sizes = [value_for(part, layout) or guessed_size(part, layout) for part in parts if part]
    if len(sizes) == len(parts) and all(sizes):
        return f"({', '.join(map(str, sizes))},)"
    if STEPS.search(name):
        return repr((int("strid" in name.lower()),) * len(parts))
    if WINDOWS.search(name):
        return repr((*(2,) * (len(parts) - 2), 3, 3)[-len(parts) :])
    if len(parts) == IMAGE_AXES:
        return repr(layout.data[-IMAGE_AXES:])
    return repr((layout.width, layout.out)) if len(parts) == 2 else None


def function_of(name: str, used: Uses, *, of_output: bool) -> str | None:
    """An activation that gives its own derivative where it is asked to, as in `f(z, True)` or `f(z, deriv=True)`; an initializer
    of a shape.
    """
    if not used.called:
        return None
    if INITIALIZER.search(name):
        return "lambda *shape: rng.normal(size=shape if len(shape) > 1 else shape[0])"
    if not used.called[1] and (used.called[0] < 2 or not FUNCTION.search(name)):
        return None
    slope, z = used.called[1] or "slope", "z"
    derivative = f"1 - {z} ** 2" if of_output else f"1 - np.tanh({z}) ** 2"
    return f"lambda {z}, {slope}=False: {derivative} if {slope} else np.tanh({z})"


def parameters_for(used: Uses, layout: Layout) -> str | None:
    """A table of the parameters of a network's layers, by the keys that are asked for."""
    named = parameter_keys(used.keys)
    if not used.keys or len(named) < len(used.keys):
        return None
    return "{" + ", ".join(f"{key!r}: rng.normal(size={shape})" for key, shape in _shapes(named, layout).items()) + "}"


def settings_for(used: Uses, layout: Layout) -> str | None:
    """A table of sizes and other settings, by the keys that are asked for."""
    values = {key: value_for(key, layout) or usual_setting(key) or guessed_size(key, layout) for key in used.keys}
    if not values or parameter_keys(used.keys) or not all(values.values()):
        return None
    return "{" + ", ".join(f"{key!r}: {value}" for key, value in values.items()) + "}"


def parameter_keys(keys: Sequence[str]) -> dict[str, re.Match[str]]:
    """The keys that name parameters of numbered layers."""
    return {key: m for key in keys if (m := PARAMETER_KEY.match(key))}


def layers_of(keys: dict[str, re.Match[str]]) -> list[int]:
    return sorted({int(match["layer"]) for match in keys.values()})


def _shapes(named: dict[str, re.Match[str]], layout: Layout) -> dict[str, tuple[int, int]]:
    layers = layers_of(named)
    sizes = [layout.width, *(HIDDEN for _ in layers[1:]), 1]
    shapes = {}
    for key, match in named.items():
        at = layers.index(int(match["layer"]))
        many, few = sizes[at], sizes[at + 1]
        if match["kind"].lower().startswith("b"):
            many = 1
        shapes[key] = (few, many) if layout.by_column else (many, few)
    return shapes


def recurrent_shape(name: str, of: Defined, layout: Layout, gates: int) -> tuple[int, ...] | None:
    """The shape of a recurrent layer's parameter or state: of its weights for what comes in and for the state, its bias."""
    gated = any(map(INTO_GATES.match, of.required))
    wide = HIDDEN * gates
    shapes = [(INTO_GATES, (layout.width, wide)), (RECURRENT, (HIDDEN, wide)), (BIAS, (wide,))] if gated else []
    if any(DATA.match(other) and not STATE.match(other) for other in of.required):
        shapes.append((STATE, (HIDDEN, layout.data[-1]) if layout.by_column else (*layout.data[:-1][:1], HIDDEN)))
    return next((shape for pattern, shape in shapes if pattern.match(name)), None)
