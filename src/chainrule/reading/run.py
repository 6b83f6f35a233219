"""Running a program once, instrumented, and what is known of it afterwards."""

from __future__ import annotations

import ast
import builtins
import contextlib
import io
import os
import re
import sys
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from pathlib import Path
from types import FrameType, ModuleType
from typing import Any

import numpy as np

from chainrule.errors import ReadError
from chainrule.graph.records import Source
from chainrule.reading import random_table
from chainrule.reading.compiled import Compiled, compiled
from chainrule.reading.copies import with_copies_apart
from chainrule.reading.effects import Effects, Refused, exits_are_raised, nothing_changes
from chainrule.reading.filled import with_filled_arrays
from chainrule.reading.imports import Finder, installed
from chainrule.reading.instrument import HOOK
from chainrule.reading.interrupting import interruptible
from chainrule.reading.loops import BudgetExceeded, Enough
from chainrule.reading.missing import MissingFinder
from chainrule.reading.named_losses import with_named_losses
from chainrule.reading.older_names import older_names
from chainrule.reading.pasted import alike, beginning, normal, paragraphs, parses, shows, with_output_below
from chainrule.reading.project import ProjectFinder, package_of
from chainrule.reading.recomputed import agrees, recomputed
from chainrule.reading.recorder import Recorder
from chainrule.reading.sources import CALL, NOT_PYTHON, Cell, Program, decoded, in_python3, parsed, shortened, syntax_message
from chainrule.reading.swaps import functions_for
from chainrule.reading.trace import Output, Raised, Settings, Trace
from chainrule.reading.traced import is_traced

FRAMES_PER_CALL = 8  # of the reader, for each of the program's own


_BEING_READ: ContextVar[frozenset[Path]] = ContextVar("being_read", default=frozenset())


def run(program: Program, settings: Settings | None = None) -> Trace:
    """Run a program as `python file` would, and record it.

    Raises:
        ReadError: the program is being read already, and asks for that itself.
    """
    settings = settings or Settings()
    recorder = _recorder(settings)
    settings.report(f"running {program.path.name}", 0, 0)
    path = program.path.resolve()
    if path in _BEING_READ.get():
        raise ReadError(f"{program.path}: the program asks chainrule to read itself, while it is being read.")
    token = _BEING_READ.set(_BEING_READ.get() | {path})
    try:
        with interruptible(recorder), contextlib.nullcontext() if settings.effects else nothing_changes():
            return _Run(program, recorder, Effects(answers=None if settings.effects else []), settings).run()
    except Refused as refused:
        raise ReadError(
            f"{program.path}: it would change something outside itself ({refused}), which effects=False forbids."
        ) from None
    finally:
        _BEING_READ.reset(token)


def _recorder(settings: Settings, overrides: Mapping[tuple[str, str, int], Any] | None = None) -> Recorder:
    recorder = Recorder(overrides, settings.values, settings.budget, settings.iteration, settings.report)
    recorder.loops.until = settings.until
    recorder.beside = set() if settings.beside_slopes else None
    recorder.loops.training |= settings.training
    recorder.swaps.update(functions_for(settings.swaps, recorder))
    return recorder


def run_again(trace: Trace, overrides: Mapping[tuple[str, str, int], Any], settings: Settings | None = None) -> Trace:
    """Run the same program with other values in some of its leaves; what it does to the world is not repeated.

    Raises:
        Refused: it would have written a file, started a process or opened a connection.
    """
    settings = settings or trace.settings
    effects = Effects(answers=list(trace.answers))
    running = _Run(trace.program, _recorder(settings, overrides), effects, settings, trace.random_state)
    with nothing_changes():
        return running.run()


class _Run:
    def __init__(
        self, program: Program, recorder: Recorder, effects: Effects, settings: Settings, random_state: Any = None
    ) -> None:
        self.program = program
        self.recorder = recorder
        self.effects = effects
        self.settings = settings
        self.random_state = random_state
        self.outputs: list[Output] = []
        self.notices: list[str] = list(program.notices)
        self.raised: Raised | None = None
        self.stopped = False
        self.roots: tuple[str, ...] = ()
        self.files: dict[str, tuple[Cell | None, str]] = {}
        self.unguarded: dict[str, frozenset[int]] = {}  # of each file, the lines of imports that may find nothing
        recorder.table.effects = effects
        self.printed = _Printed()
        self.whole = True

    def run(self) -> Trace:
        module = ModuleType("__main__")
        module.__dict__.update({HOOK: self.recorder, "__file__": str(self.program.path), "__builtins__": builtins})
        self.belongs(module)
        self.recorder.add_module(module.__dict__)
        random_state = self.random_state or random_table.state()
        random_table.restore(random_state)
        with self.as_python_would(module), contextlib.redirect_stdout(self.printed), contextlib.redirect_stderr(io.StringIO()):
            for cell in self.program.cells:
                if not self.stopped:
                    self.run_cell(cell, module)
                elif cell.number == CALL and self.settings.until is None:
                    self.notices.append("What --call says was not run: the program did not get to its end.")
        for name in sorted(self.recorder.loops.cut):
            self.notices.append(name)
        return self.finished(module, random_state)

    def belongs(self, module: ModuleType) -> None:
        """A file that imports relatively is a part of a package."""
        path = self.program.path.resolve()
        with contextlib.suppress(*NOT_PYTHON):
            package = package_of(path, parsed("\n".join(cell.code for cell in self.program.cells)))
            if package is not None:
                module.__package__, folder = package
                self.roots = (str(folder),)

    @contextlib.contextmanager
    def as_python_would(self, module: ModuleType) -> Iterator[None]:
        folder = self.program.path.resolve().parent
        finder = Finder(folder, self.run_module, self.stand_in)
        held = (sys.argv, sys.modules.get("__main__"), sys.path[:], sys.getrecursionlimit())
        sys.setrecursionlimit(held[-1] * FRAMES_PER_CALL)
        here = os.getcwd()  # noqa: PTH109 - what os.chdir takes back
        sys.argv, sys.modules["__main__"] = [str(self.program.path)], module
        sys.path[:] = [str(folder), *sys.path, *self.roots]
        say = self.notices.append
        try:
            with (
                installed(finder, ProjectFinder(folder, say), MissingFinder(self.goes_on, say)),
                np.errstate(),
                older_names(),
                _quiet_warnings(),
                exits_are_raised(),
            ):
                yield
        finally:
            sys.argv, main, sys.path[:], limit = held
            sys.setrecursionlimit(limit)
            os.chdir(here)
            if main is not None:
                sys.modules["__main__"] = main

    def goes_on(self, frame: FrameType) -> bool:
        """Whether the program itself imports there, and goes on where there is nothing to import."""
        return frame.f_lineno in self.unguarded.get(frame.f_code.co_filename, ())

    def run_module(self, module: ModuleType, path: Path) -> None:
        """A module that lies beside the program."""
        text = in_python3(decoded(path.read_bytes()))
        module.__dict__[HOOK] = self.recorder
        self.recorder.add_module(module.__dict__)
        ast.parse(text)  # what is no Python is told as Python tells it
        code = self.compiled(text, str(path), None, text, file=self.beside(path))
        exec(code.body, module.__dict__)

    def beside(self, path: Path) -> str:
        """A module's path as seen from the program's folder."""
        with contextlib.suppress(ValueError):  # another drive
            return Path(os.path.relpath(path.resolve(), self.program.path.resolve().parent)).as_posix()
        return path.as_posix()

    def compiled(
        self, code: str, name: str, cell: Cell | None, text: str, offset: int = 0, *, shows_last: bool = False, file: str = ""
    ) -> Compiled:
        self.recorder.files[name] = (cell.number if cell else None, file)
        self.files[name] = (cell, text)
        try:
            made = compiled(code, name, offset, shows_last=shows_last)
        except RecursionError as error:
            where = name if cell is None else f"{self.program.path}, cell {cell.number}"
            raise ReadError(f"{where}{syntax_message(error, text)}") from None
        self.unguarded[name] = made.unguarded
        return made

    # ------------------------------------------------------------------------------------ cells

    def run_cell(self, cell: Cell, module: ModuleType) -> None:
        if self.program.kind == "pasted" and cell.shown is None:
            self.run_pasted(cell, module)
            return
        before = len(self.printed.getvalue())
        value = self.execute(cell.code, cell, 0, module)
        if not self.whole:
            return
        if self.program.kind != "script" and cell.shown is not None and cell.shown.strip():
            produced = self.produced(before, value)
            shown = beginning(cell.shown, produced) if self.program.kind == "pasted" else cell.shown
            self.compare(cell, len(cell.code.splitlines()), shown, produced, value)

    def run_pasted(self, cell: Cell, module: ModuleType) -> None:
        """Code and its output stand in one text: run paragraph by paragraph until what follows is what was produced."""
        parts = paragraphs(cell.code)
        before = len(self.printed.getvalue())
        for i, (start, text) in enumerate(parts):
            for first, piece, below in with_output_below(text):
                value = self.execute(piece, cell, start + first, module)
                if not self.whole:
                    return
                if below and normal(below) == normal(self.produced(before, value)):
                    self.compare(cell, start + first + len(piece.splitlines()), below, self.produced(before, value), value)
                    return
            rest = [t.rstrip() for _, t in parts[i + 1 :]]
            while rest and all(line.startswith("#") for line in rest[-1].splitlines()):
                rest.pop()  # a heading of the text between two cells
            if not rest or self.stopped:
                return
            produced = self.produced(before, value)
            line = start + len(text.rstrip().splitlines())
            matching = [n for n in range(len(rest), 0, -1) if normal("\n".join(rest[:n])) == normal(produced)]
            if matching:
                self.compare(cell, line, "\n\n".join(rest[: matching[0]]), produced, value)
                return
            if len(rest) == 1 and shows(text):
                self.compare(cell, line, rest[0], produced, value)
                return
            if not any(map(parses, rest)):
                return  # the text between two cells

    def produced(self, before: int, value: Any) -> str:
        shown = "" if value is None else f"{value!r}\n"
        return self.printed.getvalue()[before:] + shown

    def compare(self, cell: Cell, line: int, shown: str, computed: str, value: Any) -> None:
        node = value.node if is_traced(value) else None
        same = alike(shown, computed)
        self.outputs.append(Output(cell.number, line, shown.strip(), computed.strip(), same, node))

    def execute(self, code: str, cell: Cell, offset: int, module: ModuleType) -> Any:
        """Run a piece of a cell; the value of its last expression, as a notebook would show it."""
        self.whole = False
        try:
            parsed(code)
        except NOT_PYTHON as error:
            where = f"cell {cell.number}" if cell.number is not None else str(self.program.path)
            self.notices.append(f"{where}{syntax_message(error, code)} The cell is skipped.")
            return None
        name = f"<cell {cell.number}>" if cell.number is not None else str(self.program.path)
        try:
            piece = self.compiled(code, name, cell, cell.code, offset, shows_last=cell.number is not None)
            exec(piece.body, module.__dict__)
            shown = None if piece.last is None else eval(piece.last, module.__dict__)
            self.whole = True
            return shown
        except BudgetExceeded as stop:
            self.notices.append(f"{stop}")
            self.stopped = True
        except Enough:
            self.stopped = True
        except SystemExit:
            self.stopped = self.program.kind == "script"  # a notebook goes on with its next cell
        except Refused:
            raise
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt) and not self.raised_here(error):
                raise
            self.failed(error, name)
            self.stopped = self.program.kind == "script"
        return None

    def raised_here(self, error: BaseException) -> bool:
        """Whether the program itself raised it: a `raise` stands in the line that it came from."""
        step = error.__traceback__
        while step is not None and step.tb_next is not None:
            step = step.tb_next
        if step is None or step.tb_frame.f_code.co_filename not in self.files:
            return False
        lines = self.files[step.tb_frame.f_code.co_filename][1].splitlines()
        return bool(lines[step.tb_lineno - 1 : step.tb_lineno]) and "raise" in lines[step.tb_lineno - 1]

    def failed(self, error: BaseException, name: str) -> None:
        """Say what the program raised and where: the part before it is still worked."""
        source: Source | None = None
        text = ""
        step = error.__traceback__
        while step is not None:
            file = step.tb_frame.f_code.co_filename
            if file in self.files:
                cell, code = self.files[file]
                source = Source(step.tb_lineno, cell.number if cell else None, file=self.recorder.files[file][1])
                lines = code.splitlines()
                text = shortened(lines[step.tb_lineno - 1].strip()) if step.tb_lineno <= len(lines) else ""
            step = step.tb_next
        message = re.sub(r"\bTraced\b", "value", str(error))
        raised = Raised(type(error).__name__, message, source, text)
        self.raised = self.raised or raised
        self.notices.append(f"{'' if source else f'{name}: '}{raised.told}. What ran before it is worked.")

    def stand_in(self) -> None:
        """The program asks for PyTorch: its forward half is stood in for."""
        from chainrule.reading import torch_forward

        if self.recorder.table.tensors is None:
            self.recorder.table.tensors = torch_forward
            self.recorder.array_kinds = (np.ndarray, np.matrix, torch_forward.Tensor)
            self.recorder.unseeded = True
            self.notices.append(
                "PyTorch is stood in for by NumPy: its forward half is followed, and its random numbers are others, so stored "
                "outputs are not compared."
            )

    # ------------------------------------------------------------------------------------ afterwards

    def finished(self, module: ModuleType, random_state: Any) -> Trace:
        recorder = self.recorder
        graph = recorder.finish()
        recorder.on = False
        graph = with_named_losses(graph, recorder)
        held = {o.node for o in self.outputs if o.node is not None} | {i for i, _ in recorder.left} | {*recorder.differentiated}
        held |= {i for pair in recorder.handed_over for i in pair}
        held |= {i for call in recorder.calls for i in (*call.arguments, *call.results)}
        filled = with_filled_arrays(graph, recorder.leaves, held)
        recorder.bindings = [b for b in recorder.bindings if b.node not in filled.gone]
        graph, leaves = with_copies_apart(filled.graph, filled.leaves)
        graph, values, lost = recomputed(graph, leaves)
        unreliable = (*lost, *(b.node for b in recorder.bindings if not agrees(values[b.node], b.observed)))
        if unreliable:
            first = graph.nodes[unreliable[0]]
            what = f"what was read of `{first.name.text}`" if first.name else "a value that was read there"
            self.notices.append(
                f"{first.source!r}: {what} does not give the value the program had, so nothing is said of what depends on it."
            )
        if recorder.drew and not recorder.seeded and not random_table.same(random_state, random_table.state()):
            recorder.unseeded = True
        if recorder.unseeded and recorder.table.tensors is None:
            self.notices.append("The program draws random numbers without a seed, so its stored outputs are not compared.")
        unused = tuple(k for k in self.settings.values if k not in recorder.settings_used)
        functions = {k: v for k, v in module.__dict__.items() if callable(v) and hasattr(v, "__code__")}
        defined = tuple(k for k, v in module.__dict__.items() if k in functions or getattr(v, "__module__", "") == "__main__")
        compared = not (self.settings.changed or recorder.unseeded or recorder.loops.cut)
        return Trace(
            self.program, graph, leaves, tuple(recorder.bindings), tuple(recorder.calls),
            tuple(recorder.loops.passes), tuple(self.outputs), tuple(self.notices + recorder.notices), self.raised,
            self.printed.getvalue(), compared, tuple(self.effects.asked), unused, random_state, tuple(values),
            unreliable, functions, dict(recorder.loops.iterations_run), self.settings,
            frozenset(recorder.swapped), tuple(recorder.left), defined, tuple(recorder.differentiated),
            training=frozenset(recorder.loops.training), as_given=frozenset(recorder.frames.leaves) | filled.filled,
            unfinished=recorder.loops.unfinished, handed_over=tuple(recorder.handed_over),
        )  # fmt: skip


class _Printed(io.StringIO):
    """What a program prints; a program that closes its standard output has still printed it."""

    def close(self) -> None:
        """Nothing is closed."""


@contextlib.contextmanager
def _quiet_warnings() -> Iterator[None]:
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
