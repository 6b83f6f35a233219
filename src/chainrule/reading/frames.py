"""Tables and columns of pandas: data that stay what they are, and become arrays where they meet a followed value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, final

import numpy as np

from chainrule.reading.traced import is_traced

if TYPE_CHECKING:
    from chainrule.reading.recorder import Recorder
    from chainrule.reading.traced import Traced

TABLES = ("DataFrame", "Series")


@final
class Frames:
    """The tables that a program gave names to, and the array that each was the last time that one was asked for."""

    def __init__(self, recorder: Recorder) -> None:
        self.recorder = recorder
        self.texts: dict[int, tuple[Any, str]] = {}
        self.arrays: dict[int, Traced] = {}
        self.leaves: set[int] = set()

    def name(self, text: str, value: Any) -> None:
        """A table keeps the first name that it was given."""
        if is_table(value):
            self.texts.setdefault(id(value), (value, text))

    def array(self, value: Any) -> Any:
        """The numbers of a table as a followed array, under the table's name; anything else as it is."""
        if not is_table(value):
            return value
        numbers = value.to_numpy()
        if numbers.dtype.kind not in "iufb":
            return value
        known = self.arrays.get(id(value))
        if known is not None and np.array_equal(known.raw, numbers):
            return known
        if id(value) in self.texts:
            made = self.recorder.name(self.texts[id(value)][1], numbers.copy())
            if is_traced(made):
                self.arrays[id(value)] = made
                self.leaves.add(made.node)
            return made
        return self.part(numbers)

    def part(self, numbers: np.ndarray) -> Any:
        """A table that has no name is the transpose or a column of one that has, or plain numbers."""
        for table, _ in list(self.texts.values()):
            whole = table.to_numpy()
            if whole.ndim != 2 or whole.dtype.kind not in "iufb":
                continue
            if np.array_equal(whole.T, numbers):
                return self.array(table).T
            columns = [j for j in range(whole.shape[1]) if numbers.ndim == 1 and np.array_equal(whole[:, j], numbers)]
            if len(columns) == 1:
                return self.array(table)[:, columns[0]]
        return numbers


def is_table(value: Any) -> bool:
    """Whether a value is a DataFrame or a Series."""
    kind = type(value)
    return kind.__name__ in TABLES and kind.__module__.split(".")[0] == "pandas"


def is_column(value: Any) -> bool:
    """Whether a value is a Series: what NumPy makes of one and an array is the same numbers in a row."""
    return is_table(value) and type(value).__name__ == "Series"
