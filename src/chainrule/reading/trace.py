"""What is known of a program after it was run: every value it named, as one graph, and how it was run."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from chainrule.graph.records import Graph, Node, Source
from chainrule.progress import Report, silent
from chainrule.reading.loops import Pass
from chainrule.reading.recorded import Binding, CallSite
from chainrule.reading.sources import Program

if TYPE_CHECKING:
    from chainrule.reading.roles import Reading


@dataclass(frozen=True)
class Output:
    """What stands in the file as a cell's output, beside what the cell produced when it ran here."""

    cell: int | None
    line: int
    shown: str
    computed: str
    same: bool
    node: int | None = None


@dataclass(frozen=True)
class Raised:
    """The exception that ended a program (or a cell of it)."""

    kind: str
    message: str
    source: Source | None
    line: str

    @property
    def told(self) -> str:
        """Where it was raised, by what line, and what it says."""
        at = f"{self.source!r}: " if self.source else ""
        return f"{at}`{self.line}` raised {self.kind}{f': {self.message}' if self.message else ''}"


@dataclass(frozen=True)
class Trace:
    """A program after it was run: every value it named, as one graph over its leaves."""

    program: Program
    graph: Graph
    leaves: Mapping[int, Any]
    bindings: tuple[Binding, ...]
    calls: tuple[CallSite, ...]
    passes: tuple[Pass, ...]
    outputs: tuple[Output, ...]
    notices: tuple[str, ...]
    raised: Raised | None = None
    printed: str = ""
    compared: bool = True
    answers: tuple[str, ...] = ()
    settings_unused: tuple[tuple[str, int | None], ...] = ()
    random_state: Any = field(default=None, repr=False)
    values: tuple[Any, ...] = field(default=(), repr=False)
    unreliable: tuple[int, ...] = ()
    functions: Mapping[str, Callable[..., Any]] = field(default_factory=dict, repr=False)
    iterations: Mapping[int, tuple[int, int]] = field(default_factory=dict)
    settings: Settings = field(default_factory=lambda: Settings())  # noqa: PLW0108 - it is defined below
    swapped: frozenset[str] = frozenset()
    left: tuple[tuple[int, str], ...] = ()
    defined: tuple[str, ...] = ()
    differentiated: tuple[int, ...] = ()
    handed_over: tuple[tuple[int, int], ...] = ()  # gradients that a search is handed, and what they are with respect to
    own: int | None = None
    unfinished: int | None = None  # the first node of a loop that the program was stopped in
    training: frozenset[Source | None] = frozenset()
    as_given: frozenset[int] = frozenset()  # other data may be made from these where nobody looks, so they are not moved
    cut_from: Trace | None = field(default=None, repr=False)
    again: Again = field(default_factory=lambda: Again(), repr=False, compare=False)  # noqa: PLW0108 - it is defined below

    @property
    def appended(self) -> int:
        """The first node that the program did not make (a loss appended to it), or how many nodes there are."""
        return len(self.graph.nodes) if self.own is None else self.own

    @property
    def whole(self) -> tuple[Node, ...]:
        """Every node that the program made, those after the place where the trace was cut off among them."""
        return self.graph.nodes[: self.appended] if self.cut_from is None else self.cut_from.whole

    @property
    def all_calls(self) -> tuple[CallSite, ...]:
        """Every call that the program made, those after the place where the trace was cut off among them."""
        return self.calls if self.cut_from is None else self.cut_from.all_calls


@dataclass(frozen=True)
class Settings:
    """How a program is to be run: values put in for names, functions put in for functions, and limits.

    With `until` it is run only until the training loop at that line (and cell) has shown its pass, so many runs of it.
    Loops that are known to train (`training`) are looked at in their chosen iteration alone. With `beside_slopes` a function is
    computed beside each call of its derivative.
    """

    values: Mapping[tuple[str, int | None], Any] = field(default_factory=dict)
    swaps: Mapping[str, str] = field(default_factory=dict)
    iteration: tuple[int, ...] = (1,)
    budget: float = 20.0
    effects: bool = True
    report: Report = field(default=silent, compare=False)
    until: tuple[int, int | None, int] | None = None
    training: frozenset[Source | None] = frozenset()
    beside_slopes: bool = False

    @property
    def changed(self) -> bool:
        """True where the program no longer is what was written."""
        return bool(self.values or self.swaps)


@dataclass
class Again:
    """What is known of a program at other values: it is run there once, however often its derivatives are weighed."""

    traces: dict[Hashable, Trace | None] = field(default_factory=dict)
    readings: dict[Hashable, Reading] = field(default_factory=dict)
    seconds: float = 0.0
