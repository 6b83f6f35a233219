"""What is said of a program's derivatives: the records that every output of a check is made from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import PurePath
from typing import Any, Literal, TypeAlias, get_args

from chainrule.graph.records import Name, Source

Verdict: TypeAlias = Literal["right", "right only here", "wrong", "cannot tell"]
Kind: TypeAlias = Literal["", "scale", "mistake", "stale", "update", "kink"]


@dataclass(frozen=True)
class Counterexample:
    """Values put in for names of the program, and what the line then gives beside what is true."""

    set: Mapping[str, Any]
    written: Any
    true: Any


@dataclass(frozen=True, repr=False)
class Judgement:
    """The verdict on one hand-written derivative or update line.

    `written` and `true` are the values at the program's own numbers; `mistakes` are the mistakes that reproduce the
    written value at every sample, in words; `misused` says, of a right derivative, how its update line goes wrong with it.
    `true` is what `meant` says: the derivative, with the sign and the learning rate of a line that holds them.
    """

    name: Name
    node: int
    with_respect_to: str
    verdict: Verdict
    because: str
    kind: Kind = ""
    factor: float | None = None
    written: Any = None
    true: Any = None
    write_instead: str = ""
    counterexample: Counterexample | None = None
    mistakes: tuple[str, ...] = ()
    domain: str = ""
    samples: int = 0
    tolerance: float = 1e-6
    source: Source | None = None
    loss: str = ""
    misused: str = ""
    meant: str = "the derivative"

    @property
    def derivative(self) -> str:
        """What it should be, in symbols: ∂loss/∂W, whichever version of the loss that is."""
        return f"∂{self.loss.partition('#')[0]}/∂{self.with_respect_to}"

    @property
    def fails(self) -> bool:
        """Whether this verdict makes a check fail (a constant factor does only when asked for strictly)."""
        return self.verdict in ("wrong", "right only here") and self.kind != "scale"

    def instead(self, verdict: Verdict, because: str) -> Judgement:
        """Another verdict on the same line, with which no factor, counterexample, mistake or rewriting goes."""
        return replace(
            self, verdict=verdict, because=because, kind="", factor=None, counterexample=None, mistakes=(), write_instead=""
        )

    def __repr__(self) -> str:
        return f"<{self.name.text}: {self.verdict}: {self.because}>"


def place(judgement: Judgement) -> tuple[object, ...]:
    """What a verdict is on: a name, and the place where it is written."""
    source = judgement.source
    return judgement.name.text, judgement.kind == "update", source and source.place


@dataclass(frozen=True)
class Coverage:
    """What no derivative or update was found for."""

    without_derivative: tuple[str, ...] = ()
    without_update: tuple[str, ...] = ()
    not_in_loss: tuple[str, ...] = ()


GUESSED = "a guess: "  # so the evidence of a loss begins that is none, with why
INFERRED = "inferred: it explains every derivative written"
NOTHING_FOUND = (
    "No hand-written derivative was found: no update line uses one, and no name reads like one "
    "(deriv_L_w, dL_dw, dW, grad_w, w_grad, …). Nothing was judged."
)


@dataclass(frozen=True, repr=False)
class Check:
    """All that a check found."""

    path: str
    loss: Mapping[str, Any]
    claims: tuple[Judgement, ...]
    updates: tuple[Judgement, ...] = ()
    coverage: Coverage = field(default_factory=Coverage)
    notices: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[Judgement]:
        return iter(self.claims)

    def __repr__(self) -> str:
        return f"<Check of {PurePath(self.path).name}: {self.summary}>"

    @property
    def summary(self) -> str:
        """ "5 hand-written derivatives: 3 right, 1 right only here, 1 wrong"."""
        counts = {v: sum(1 for j in self.claims if j.verdict == v and j.kind != "scale") for v in get_args(Verdict)}
        scaled = sum(1 for j in self.claims if j.kind == "scale")
        parts = [f"{n} {v}" for v, n in counts.items() if n] + ([f"{scaled} off by a constant factor"] if scaled else [])
        n = len(self.claims)
        return f"{n} hand-written derivative{'s' if n != 1 else ''}" + (f": {', '.join(parts)}" if parts else "")

    def __getitem__(self, name: str) -> Judgement:
        """The verdict on a name; the last one where it is bound several times.

        Raises:
            KeyError: no hand-written derivative has that name.
        """
        hits = [j for j in (*self.claims, *self.updates) if name in (j.name.text, f"{j.name.scope}.{j.name.text}")]
        if not hits:
            raise KeyError(
                f"no derivative or update named {name!r} was judged; there are: {', '.join(j.name.text for j in self.claims)}"
            )
        return hits[-1]
