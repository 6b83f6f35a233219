"""The named values that a loss is made of, found by what a derivative's name says of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace

from chainrule.graph.records import Node, Shape
from chainrule.reading.names import quantity
from chainrule.reading.recorded import CallSite
from chainrule.reading.updates import plain_name
from chainrule.reading.views import root

SAID_TOO = re.compile(r"_?(layer|out(put)?|activations?|activated)s?$", re.I)
PLURAL = re.compile(r"s(?=\[|$)")  # of `weights` and of `weights[1]`
SHORTEST = 5  # letters


@dataclass(frozen=True)
class Quantities:
    """Named values of `nodes`, by the last part of their names; other names of an array, by what they are other names of; and
    what functions were given, by the names of their parameters. Only those `among` some, where that is given.
    """

    nodes: Sequence[Node]
    by_text: Mapping[str, Sequence[int]]
    by_array: Mapping[int, Sequence[int]]
    by_parameter: Mapping[str, Sequence[int]]
    among: Collection[int] | None = None

    def within(self, among: Collection[int]) -> Quantities:
        """Only those among some nodes."""
        return replace(self, among=among)

    def called(self, text: str, before: int) -> list[int]:
        """Those that go by a text, made before a node, in the order of the program."""
        return self._of(self.by_text.get(text, ()), before)

    def entries_of(self, text: str, before: int) -> list[int]:
        """Those that are an entry of a list that goes by a text."""
        texts = (t for t in self.by_text if t.partition("[")[:2] == (text, "["))
        return sorted(i for t in texts for i in self._of(self.by_text[t], before))

    def other_names_of(self, array: int) -> list[int]:
        """The other names of an array."""
        return self._of(self.by_array.get(array, ()), len(self.nodes))

    def given_as(self, text: str, shape: Shape, before: int) -> list[int]:
        """What functions were given for a parameter called so, of a shape."""
        return [i for i in self._of(self.by_parameter.get(text, ()), before) if self.nodes[i].shape == shape]

    def meant_by(self, text: str, shape: Shape | None, scope: str, before: int) -> int | None:
        """The value that a derivative's name speaks of: same text (drifting names such as b3 for bias3 too)."""
        nodes = self.nodes
        rules: tuple[tuple[Callable[[str, str], bool], bool], ...] = (
            (exactly, True), (_loosely, True), (_drifting, True), (exactly, False), (_drifting, False), (_shortened, True)
        )  # fmt: skip
        for same, whole in rules:
            if not whole and not shape:
                continue
            fitting = {
                t: hits
                for t, indices in self.by_text.items()
                if same(t, text)
                and (hits := [i for i in self._of(indices, before) if _fits(nodes[i].shape, shape, whole=whole)])
            }
            hits = sorted(i for found in fitting.values() for i in found)
            own = [i for i in hits if (n := nodes[i].name) is not None and n.scope == scope]
            if len(fitting) == 1 or own:
                return (own or hits)[-1]
        return None

    def _of(self, indices: Iterable[int], before: int) -> list[int]:
        among = self.among
        return [i for i in indices if i < before and (among is None or i in among)]


def quantities_of(nodes: Sequence[Node], indices: Set[int], calls: Iterable[CallSite] = ()) -> Quantities:
    """The named ones of some nodes, and those that some calls were given."""
    by_text: dict[str, list[int]] = {}
    by_array: dict[int, list[int]] = {}
    for i in sorted(indices):
        if nodes[i].name is not None:
            by_text.setdefault(bare_quantity(nodes[i]), []).append(i)
            if nodes[i].op == "alias":
                by_array.setdefault(root(nodes, i), []).append(i)
    by_parameter: dict[str, dict[int, None]] = {}
    for call in calls:
        for text, i in zip(call.parameters, call.arguments, strict=False):
            if i in indices:
                by_parameter.setdefault(text, {})[i] = None
    return Quantities(nodes, by_text, by_array, {text: sorted(given) for text, given in by_parameter.items()})


def bare_quantity(node: Node) -> str:
    """The last part of a value's name, without what says that it is new."""
    return plain_quantity(node.name.text) if node.name is not None else ""


def plain_quantity(text: str) -> str:
    """The last part of a name, without what says that it is new."""
    return plain_name(quantity(text)).lstrip("_")


def without_ones(shape: Shape) -> Shape:
    """A shape without its axes of length 1."""
    return tuple(n for n in shape if n != 1)


def exactly(name: str, text: str) -> bool:
    return name == text


def _fits(shape: Shape, wanted: Shape | None, *, whole: bool) -> bool:
    if wanted is None:
        return True
    return shape == wanted if whole else without_ones(shape) == without_ones(wanted)


def _loosely(name: str, text: str) -> bool:
    one, other = (t.lower().replace("_", "") for t in (name, text))
    return one == other or (len(one) > 3 and PLURAL.sub("", one) == PLURAL.sub("", other))  # dinput of inputs


def _drifting(name: str, text: str) -> bool:
    short = re.sub(r"^(bias(es)?|weights?)_?", lambda m: m[0][0], name.lower())
    return short.replace("_", "") == text.lower().replace("_", "") and short != name.lower()


def _shortened(name: str, text: str) -> bool:
    """Whether a text is a value's name without what says that it comes out of a layer: `hidden` of `hidden_layer_output`."""
    short = SAID_TOO.sub("", name)
    return len(text) >= SHORTEST and any(_loosely(t, text) for t in (short, SAID_TOO.sub("", short)) if t != name)
