"""The one tree of exceptions::

    ChainruleError
    ├── ReadError            the program could not be read at all
    ├── AskError             what was asked for does not exist or cannot be done (an unknown name, a wrong option)
    │   └── NoLoss           nothing in the program reads as its loss
    ├── GradientMismatch     a gradient handed to check_gradient is not that of its loss
    ├── FileExists           something would have been overwritten
    └── GraphError           a graph breaks its own grammar: a defect of chainrule's
        └── EvaluationError  an op cannot take the values it was given
            └── GuardFlipped a branch of the program would have gone the other way

Every message says what was found, where, what was expected, and what to write instead.
"""

from __future__ import annotations


class ChainruleError(Exception):
    """The root: catch this one to catch all."""


class ReadError(ChainruleError):
    """The program could not be read: missing, empty, not Python, not text."""


class AskError(ChainruleError):
    """What was asked for does not exist in the program, or cannot be done with it."""


class NoLoss(AskError):  # noqa: N818 - it names what was found
    """Nothing in the program reads as the number that it makes small."""


class FileExists(ChainruleError):  # noqa: N818 - it names what was found
    """A file stands where the result would be written; `--force` overwrites it."""


class GradientMismatch(ChainruleError, AssertionError):  # noqa: N818 - a test fails with it
    """A gradient written by hand is wrong; `check` holds the verdicts."""

    def __init__(self, message: str, check: object) -> None:
        super().__init__(message)
        self.check = check


class GraphError(ChainruleError):
    """A graph breaks its own grammar."""


class EvaluationError(GraphError):
    """An op cannot take the values it was given; `node` is its index, `before` are the values of the nodes before it."""

    def __init__(self, node: int, message: str) -> None:
        super().__init__(message)
        self.node = node
        self.before: list[object] = []


class GuardFlipped(EvaluationError):  # noqa: N818 - it names what happened
    """At these values the program would take another branch at guard `node`."""

    def __init__(self, node: int) -> None:
        super().__init__(node, f"the branch at node %{node} goes the other way at these values")
