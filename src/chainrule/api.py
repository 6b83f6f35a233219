"""What a Python program calls: `explain`, `check`, `check_gradient`, `hessian`, and the objects they answer with."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import cached_property, partial
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from chainrule.checking.verdicts import Check
from chainrule.errors import AskError, ChainruleError, ReadError
from chainrule.graph.records import Source
from chainrule.progress import Report, silent
from chainrule.reading.loss import find_name
from chainrule.reading.rare_losses import pass_with_a_loss
from chainrule.reading.roles import Reading, infer
from chainrule.reading.run import run
from chainrule.reading.sources import load, with_call
from chainrule.reading.trace import Output, Settings, Trace
from chainrule.working.second import Hessian, hessian_of
from chainrule.working.steps import Step
from chainrule.working.work import Quantity, WorkedPass, quantity, work_out

if TYPE_CHECKING:
    from chainrule.showing.parts import Document, Section

Readable: TypeAlias = "str | PathLike[str] | Callable[..., Any]"


@dataclass(frozen=True)
class Options:
    """How a program is to be explained; each field is an option of the command line.

    `set` maps a name (or `name@line`) to a value, `swap` a function of the program to a known one; with `effects=False`
    the program writes no file and starts nothing, as one that ran before must not; `report` is told what is being done
    while that takes long.
    """

    of: str | None = None
    loss: str | None = None
    call: str | None = None
    try_: bool = False
    wrt: tuple[str, ...] = ()
    learning_rate: float | None = None
    set: Mapping[str, Any] | None = None
    swap: Mapping[str, str] | None = None
    iteration: tuple[int, ...] = (1,)
    steps: int = 0
    second: tuple[str, ...] = ()
    entry: tuple[str, ...] = ()
    open: tuple[str, ...] = ()
    digits: int = 6
    exact: bool = False
    budget: float = 20.0
    effects: bool = True
    report: Report = field(default=silent, compare=False)


class Work:
    """A worked solution: look into it, iterate over its steps, show it in a notebook, save it.

    >>> work = chainrule.explain("notebook.ipynb")      # doctest: +SKIP
    >>> work["w5"].gradient, work["w3"].because         # doctest: +SKIP
    (1.5, 'input2 is 0')
    """

    def __init__(self, trace: Trace, reading: Reading, worked: WorkedPass, options: Options, *, checked: bool = True) -> None:
        self.trace = trace
        self.reading = reading
        self.worked = worked
        self.options = options
        self._checked = checked

    @property
    def forward(self) -> tuple[Step, ...]:
        """How each named value is computed, the loss last."""
        return (*self.worked.forward, *self.worked.loss)

    @property
    def backward(self) -> tuple[Step, ...]:
        """The derivative with respect to each named value, from the loss back."""
        return self.worked.backward

    @property
    def updates(self) -> tuple[Step, ...]:
        """One step of gradient descent on each parameter."""
        return self.worked.updates

    @property
    def loss(self) -> Any:
        """The loss before the step."""
        return self.worked.loss_before

    @property
    def loss_after(self) -> Any:
        """The loss after one step on all parameters; None where no learning rate is known."""
        return self.worked.loss_after

    @property
    def notices(self) -> tuple[str, ...]:
        """What must be known of how the program was read."""
        return (*_compared(self.trace), *self.trace.notices, *self.worked.notices)

    @cached_property
    def check(self) -> Check | None:
        """The verdicts on the derivatives written by hand; None for a function, which has none."""
        if not self._checked:
            return None
        return _judged(self.reading, self.options)

    def __iter__(self) -> Iterator[Step]:
        return iter(self.worked)

    def __getitem__(self, name: str) -> Quantity:
        """A named value: `.value`, `.gradient`, `.because`; `name#2` asks for its second version.

        Raises:
            KeyError: the pass has no such name.
        """
        return quantity(self.worked, name)

    def document(self) -> Document:
        """The solution as the tree of parts that every output is made from."""
        from chainrule.showing.check_section import check_section
        from chainrule.showing.document import document_of

        check = self.check
        if check is not None:  # what is said at the top is not said again
            check = replace(check, notices=tuple(n for n in check.notices if n not in self.worked.notices))
        outputs = self.trace.outputs if self.trace.compared else ()
        section = check_section(check, outputs, digits=self.options.digits) if check is not None else None
        return document_of(
            self.worked, notices=(*_compared(self.trace), *self.trace.notices), check=section, extra=self._extras()
        )

    def _extras(self) -> list[Section]:
        from chainrule.showing.extras import entry_section, second_section, steps_section

        sections = [entry_section(self.worked, text) for text in self.options.entry]
        if self.options.steps:
            sections.append(steps_section(self.worked, self.options.steps))
        if self.options.second:
            sections.append(second_section(self.hessian(*self.options.second), self.worked.notation.loss, self.options.digits))
        return sections

    def hessian(self, *names: str) -> Hessian:
        """The second derivatives with respect to some values (all parameters, for none named).

        Raises:
            AskError: a name is not in the program, or there are too many entries.
        """
        reading = self.reading
        nodes = [find_name(self.trace, n) for n in names] or [r.node for r in reading.parameters]
        leaves = set(reading.graph.inputs)
        for name, node in zip(names, nodes, strict=False):
            if node not in leaves:
                first = [b.node for b in self.trace.bindings if b.name.text == name and b.node in leaves]
                nodes[nodes.index(node)] = first[0] if first else node
        titled = [((n.text if (n := reading.graph.nodes[i].name) else "?"), i) for i in nodes]
        kinked = any("a kink" in str(note[0]) for step in self.worked for note in step.notes if note)
        rate = reading.rate.value if reading.rate else None
        return hessian_of(reading.graph, reading.loss.node, titled, reading.leaves, rate=rate, at_kink=kinked)

    def __str__(self) -> str:
        from chainrule.showing.text import to_text

        return to_text(self.document())

    def __repr__(self) -> str:
        return f"<Work on {self.trace.program.path.name}: {len(tuple(self))} steps, loss {self.loss}>"

    def _repr_html_(self) -> str:
        from chainrule.showing.html import fragment

        return fragment(self.document())

    def save(self, path: str | PathLike[str], *, force: bool = False) -> Path:
        """Write the solution to a file; its ending says how: .html, .md, .tex, .ipynb, .json or .txt.

        Raises:
            AskError: no form has that ending.
            FileExists: a file stands there and `force` is not given.
        """
        from chainrule.showing.save import save

        return save(self, Path(path), force=force)


def explain(what: Readable, values: Mapping[str, Any] | None = None, **options: Any) -> Work:
    """Work a program, or a function, out longhand.

    Args:
        what: the path of a script, a notebook or a pasted notebook (it is run); or a function that returns one number.
        values: for a function, the value of each of its arguments, by name.
        options: the fields of `Options`.

    Raises:
        ReadError: the file cannot be read.
        AskError: a name that was asked for does not exist, or no loss was found.
    """
    chosen = _options(options)
    if callable(what):
        return _explain_function(what, values or {}, chosen)
    trace = read(Path(what), chosen)
    reading = _reading_of(trace, chosen)
    worked = work_out(reading, digits=chosen.digits, exact=chosen.exact, opened=chosen.open)
    return Work(reading.trace, reading, worked, chosen)


@dataclass(frozen=True, repr=False)
class CheckedProgram(Check):
    """What a check found in a program, with its stored outputs; shown in words, or as HTML in a notebook."""

    outputs: tuple[Output, ...] = ()
    remarks: tuple[str, ...] = ()

    def exit_code(self, *, strict: bool = False) -> int:
        """1 where something is wrong or right only here; strictly, also where a factor is off, nothing can be told, or a
        stored output is not what the program gives.
        """
        fails = any(j.fails for j in (*self.claims, *self.updates))
        doubtful = any(j.verdict == "cannot tell" or j.kind == "scale" for j in self.claims)
        return int(fails or (strict and (doubtful or not all(o.same for o in self.outputs))))

    def document(self) -> Document:
        """The check as the tree of parts that every form is lowered from."""
        from chainrule.showing.check_section import check_document

        return check_document(self, self.outputs, self.remarks)

    def __str__(self) -> str:
        from chainrule.showing.text import to_text

        return to_text(self.document())

    def _repr_html_(self) -> str:
        from chainrule.showing.html import fragment

        return fragment(self.document())


def check(path: str | PathLike[str], **options: Any) -> CheckedProgram:
    """Judge every derivative written by hand in a program.

    Raises:
        ReadError: the file cannot be read, or stopped at an error with no derivative to judge.
        AskError: no loss was found, or the one named does not exist.
    """
    chosen = _options(options)
    trace = read(Path(path), chosen)
    found = _tried(trace, chosen) if chosen.try_ else _judged(_reading_of(trace, chosen), chosen)
    if trace.raised is not None and not chosen.try_ and not (found.claims or found.updates):
        raise ReadError(
            f"{trace.program.path}: {trace.raised.told}. No derivative was found that could be judged without it: mend that first."
        )
    outputs = trace.outputs if trace.compared else ()
    return CheckedProgram(**{f.name: getattr(found, f.name) for f in fields(found)}, outputs=outputs, remarks=trace.notices)


def _tried(trace: Trace, options: Options) -> Check:
    """The check of a program, and of what it defines and does not call."""
    from chainrule.calling.attempt import attempts, merged, told
    from chainrule.reading.loss import OFFER

    def checked(called: Trace, of: str | None) -> Check:
        chosen = replace(options, of=of or options.of)
        return _judged(_reading_of(called, chosen), chosen)

    plain: Check | ChainruleError
    try:
        plain = checked(trace, None)
    except ChainruleError as error:
        plain = error
    judged = isinstance(plain, Check) and bool(plain.claims)  # what was called and judged needs no call of ours
    found = attempts(trace, checked, [c.title for c in trace.calls] if judged else ())
    if isinstance(plain, Check):
        return merged(plain, found)
    if not any(a.found for a in found):
        raise AskError(" ".join([str(plain).removesuffix(OFFER), *(f"--try: {told(a)}" for a in found)]))
    return merged(Check(str(trace.program.path), {}, ()), found)


def hessian(what: Readable, values: Mapping[str, Any] | None = None, *, wrt: Sequence[str] = (), **options: Any) -> Hessian:
    """The second derivatives of a program's loss, or of a function."""
    return explain(what, values, **options).hessian(*wrt)


def read(path: Path, options: Options, training: frozenset[Source | None] = frozenset()) -> Trace:
    """Run a program and record it, the loops that are known to train from the first pass on.

    Raises:
        AskError: a name in `set` or `swap` is not in the program.
    """
    settings = Settings(
        _settings(options.set or {}),
        dict(options.swap or {}),
        options.iteration,
        options.budget,
        options.effects,
        options.report,
        training=training,
    )
    program = load(path) if options.call is None else with_call(load(path), options.call)
    trace = run(program, settings)
    asked = options.of is not None or options.loss is not None or options.iteration != Options.iteration
    later = None if asked or training else pass_with_a_loss(trace)
    if later is not None:
        found = read(path, replace(options, iteration=later), trace.training if later[-1] == 1 else frozenset())
        if any(p.iteration == later[-1] for p in found.passes):  # it came so far
            words = f"Not every pass of the loop at line {found.passes[0].line} computes a loss: pass {later[-1]}, which does, is looked at."
            return replace(found, notices=(*found.notices, words))
    if trace.settings_unused:
        text, line = trace.settings_unused[0]
        names = list(dict.fromkeys(b.name.text for b in trace.bindings))
        close = difflib.get_close_matches(text, names, 3)
        hint = f"Did you mean {', '.join(close)}?" if close else f"It assigns: {', '.join(names[:12]) or 'nothing'}."
        where = f" on line {line}" if line is not None else ""
        raise AskError(f"--set {text}: the program assigns no number named `{text}`{where}. {hint}")
    unknown = [name for name in settings.swaps if name not in trace.functions and name not in trace.swapped]
    if unknown:
        raise AskError(
            f"--swap {unknown[0]}: the program calls no function named `{unknown[0]}`. It defines: {', '.join(sorted(trace.functions)) or 'none'}."
        )
    return trace


def _judged(reading: Reading, options: Options) -> Check:
    from chainrule.checking.other_parts import judge_all
    from chainrule.checking.other_passes import in_later_passes

    asked = options.of is not None or options.loss is not None or options.iteration != (1,)
    read_so = partial(_reading_of, options=options)
    check = judge_all(reading, read_so if not asked else _no_other)
    return in_later_passes(check, reading, read_so)


def _no_other(trace: Trace) -> Reading:
    raise AskError(f"{trace.program.path}: one loss was asked for, and nothing is judged by another.")


def _reading_of(trace: Trace, options: Options) -> Reading:
    from chainrule.checking.which_loss import reading_of

    return reading_of(trace, of=options.of, formula=options.loss, wrt=options.wrt, learning_rate=options.learning_rate)


def _settings(given: Mapping[str, Any]) -> dict[tuple[str, int | None], Any]:
    found: dict[tuple[str, int | None], Any] = {}
    for key, value in given.items():
        name, _, line = key.partition("@")
        if line and not line.isdigit():
            raise AskError(f"--set {key}: after @ comes a line number, such as {name}@12.")
        found[name, int(line) if line else None] = value
    return found


def _options(given: Mapping[str, Any]) -> Options:
    known = Options.__dataclass_fields__
    unknown = [k for k in given if k not in known]
    if unknown:
        raise AskError(f"there is no option `{unknown[0]}`. There are: {', '.join(known)}.")
    listed: dict[str, Any] = {
        k: (v,) if k in ("wrt", "second", "entry", "open") and isinstance(v, str) else v for k, v in given.items()
    }
    chosen: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in listed.items()}
    return Options(**chosen)


def _explain_function(function: Callable[..., Any], values: Mapping[str, Any], options: Options) -> Work:
    from chainrule.reading.functions import trace_function

    trace, loss = trace_function(function, values, options.budget)
    wrt = options.wrt or tuple(b.name.text for b in trace.bindings if b.name.text in values and not b.name.scope)
    reading = infer(trace, loss=loss, wrt=wrt, learning_rate=options.learning_rate)
    worked = work_out(reading, digits=options.digits, exact=options.exact, opened=options.open)
    return Work(trace, reading, worked, options, checked=False)


def _compared(trace: Trace) -> tuple[str, ...]:
    """Why outputs are not compared, where they are not."""
    if trace.settings.changed and trace.outputs:
        return ("Values or functions were put in, so the stored outputs are not compared.",)
    return ()
