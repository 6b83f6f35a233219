"""The command line: `chainrule explain`, `check`, `examples`."""

from __future__ import annotations

import ast
import gc
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from chainrule.errors import AskError, ChainruleError
from chainrule.progress import Report, silent

if TYPE_CHECKING:
    from chainrule.api import Options

CHECK_FORMS = ("text", "json", "junit", "sarif", "markdown")
FORMS = {"text": ".txt", "markdown": ".md", "latex": ".tex", "html": ".html", "notebook": ".ipynb", "json": ".json"}

COLLECT_AFTER = 200_000  # a graph is many small records that live to the end: looking for garbage among them is waste

EXPLAIN_EXAMPLES = """\b
Examples:
  chainrule explain notebook.ipynb                 the whole solution
  chainrule explain network.py --set w5=-1         what if w5 were -1
  chainrule explain network.py --swap relu=tanh    what if relu were tanh
  chainrule explain network.py --iteration 3       the third pass of the training loop
  chainrule explain network.py --entry W1[0,1]     one entry, opened
  chainrule explain network.py --second w5,w6      second derivatives
  chainrule explain network.py -o solution.html    a page (.md .tex .ipynb .json .txt too)
  chainrule explain --example seed                 a built-in example

The program is run, as `python FILE` would run it."""

CHECK_EXAMPLES = """\b
Examples:
  chainrule check network.py             verdicts in words
  chainrule check network.py --json      verdicts as data
  chainrule check homework/              every script and notebook in a folder, a line each
  chainrule check src/ --format sarif    for review tools (junit, markdown, json too)
  chainrule check their.py --isolated    a program that you do not trust
  chainrule check layer.py --call "test()"   run something first
  chainrule check layers.py --try        call what is defined and never called, on small generated data
  chainrule check network.py --strict    fail on "cannot tell", constant factors and outputs that differ too

\b
Exit code: 0 nothing wrong, 1 something wrong or right only here, 2 could not read.
The program is run, as `python FILE` would run it."""


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="chainrule")
def main() -> None:
    r"""The mathematics of a neural network, worked out longhand and checked.

    \b
    chainrule explain FILE    every value, derivative and update, step by step
    chainrule check FILE      which derivatives written by hand are wrong, and why
    chainrule examples        programs to try it on

    FILE is a Python script, a Jupyter notebook, or a notebook pasted as text. It is run.
    """


def reading_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that say how a program is run and what is looked at."""
    for option in reversed(
        (
            click.option("--example", metavar="NAME", help="A built-in example in place of FILE."),
            click.option("--of", metavar="NAME", help="The loss (inferred, where not given)."),
            click.option("--loss", metavar="EXPRESSION", help='The loss as a formula: "np.sum((y - output)**2) / 2".'),
            click.option("--call", metavar="CODE", help='Code to run after the program: "network.backward(x, y)".'),
            click.option("--wrt", metavar="A,B", help="The parameters (inferred, where not given)."),
            click.option(
                "--learning-rate", type=float, metavar="X", help="The learning rate (found in the code, where not given)."
            ),
            click.option(
                "--set",
                "set_",
                multiple=True,
                metavar="NAME=VALUE",
                help="Put a value in, at every assignment (NAME@LINE for one).",
            ),
            click.option("--swap", multiple=True, metavar="F=G", help="Put a known function in for one of the program's."),
            click.option(
                "--iteration", metavar="N", default="1", help="The pass of the training loop to show; EPOCH,ROW where nested."
            ),
            click.option(
                "--budget", type=float, default=20.0, metavar="SECONDS", show_default=True, help="How long the program may run."
            ),
        )
    ):
        command = option(command)
    return command


@main.command(epilog=EXPLAIN_EXAMPLES)
@click.argument("file", required=False, type=click.Path(path_type=Path))
@reading_options
@click.option("--open", "open_", multiple=True, metavar="F", help="Write a function of the program out instead of naming it.")
@click.option("--entry", multiple=True, metavar="W[0,1]", help="Open one entry of an array as a scalar derivation.")
@click.option(
    "--steps", type=click.IntRange(0, 10_000), default=0, metavar="N", help="Add a table of N steps of gradient descent."
)
@click.option("--second", metavar="A,B", help="Add second derivatives with respect to these.")
@click.option("--digits", type=click.IntRange(1, 17), default=6, show_default=True, help="Significant digits.")
@click.option("--exact", is_flag=True, help="Compute in fractions where all ops allow it.")
@click.option("--form", type=click.Choice(list(FORMS)), help="The form on standard output [text].")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write to a file; its ending says the form.")
@click.option("--force", is_flag=True, help="Overwrite that file.")
def explain(file: Path | None, example: str | None, form: str | None, output: Path | None, force: bool, **given: Any) -> None:
    """Work a program out longhand: forward, loss, backward, update, check."""
    with_errors(lambda: _explain(file, example, form, output, force, given))


def _explain(
    file: Path | None, example: str | None, form: str | None, output: Path | None, force: bool, given: dict[str, Any]
) -> int:
    from chainrule.api import explain as explain_program
    from chainrule.showing.save import check_target, rendered
    from chainrule.showing.waiting import watched

    if output is not None:
        check_target(output, force=force)
    written: str | None = None
    with watched() as report:
        work = explain_program(chosen_file(file, example), **vars_of(options_from(given, report)))
        if output is not None:
            work.save(output, force=force)
        elif form not in (None, "text"):
            written = rendered(work, FORMS[form])
        document = work.document()
    if output is not None:
        click.echo(f"{output} written.", err=True)
    elif written is not None:
        click.echo(written, nl=False)
    else:
        show(document)
    return 0


@main.command(epilog=CHECK_EXAMPLES)
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@reading_options
@click.option("--try", "try_", is_flag=True, help="Call what is defined and never called, on small generated data.")
@click.option("--json", "as_json", is_flag=True, help="Print the verdicts as data (schema in the docs).")
@click.option("--format", "form", type=click.Choice(CHECK_FORMS), help="The form of a table over several files [text].")
@click.option("--isolated", is_flag=True, help="Run each file in its own process, within limits; for what one does not trust.")
@click.option("--skip-unread", is_flag=True, help="Of several files, those that cannot be read do not fail the check.")
@click.option(
    "--strict", is_flag=True, help='Fail on "cannot tell", on constant factors and on stored outputs that differ too.'
)
def check(
    files: tuple[Path, ...],
    example: str | None,
    as_json: bool,
    form: str | None,
    isolated: bool,
    skip_unread: bool,
    strict: bool,
    **given: Any,
) -> None:
    """Judge the derivatives that a program has written by hand; of several files or a folder, one line each."""
    alone = len(files) <= 1 and form is None and not isolated and not skip_unread and not any(path.is_dir() for path in files)
    if alone:
        with_errors(lambda: _check(files[0] if files else None, example, as_json, strict, given), as_json=as_json)
    else:
        form = form or ("json" if as_json else "text")
        with_errors(lambda: _check_many(files, form, isolated, given, strict=strict, skip_unread=skip_unread))


def _check_many(
    files: tuple[Path, ...], form: str, isolated: bool, given: dict[str, Any], *, strict: bool, skip_unread: bool
) -> int:
    from chainrule.many.confined import confinement
    from chainrule.many.files import programs_in
    from chainrule.many.forms import FORMATS, document_of
    from chainrule.many.outcomes import STARTING, check_files, exit_code
    from chainrule.showing.markdown import to_markdown
    from chainrule.showing.waiting import watched

    options_from(given)  # what is asked for wrongly is said once, not once for each file
    paths = programs_in(files)
    words = [word for name, value in given.items() for word in _as_words(name, value)]
    if isolated:
        click.echo(f"isolated: {confinement(int(3 * given['budget']) + STARTING).words}", err=True)
    with watched() as report:
        order = {path: n for n, path in enumerate(paths)}
        found = check_files(paths, words, budget=given["budget"], isolated=isolated, report=report)
        outcomes = sorted(found, key=lambda outcome: order[outcome.path])
    writer = FORMATS[form]
    if writer is not None:
        click.echo(writer(outcomes), nl=form != "junit")
    elif form == "markdown":
        click.echo(to_markdown(document_of(outcomes), math="github"), nl=False)
    else:
        show(document_of(outcomes))
    return exit_code(outcomes, strict=strict, skip_unread=skip_unread)


def _as_words(name: str, value: Any) -> list[str]:
    """An option as the words that give it again."""
    if name == "budget" or value is None or value == () or (name == "iteration" and value == "1"):
        return []
    if isinstance(value, bool):
        return [f"--{name.rstrip('_')}"] if value else []
    option = "--" + name.rstrip("_").replace("_", "-")
    return [word for each in (value if isinstance(value, tuple) else (value,)) for word in (option, str(each))]


def _check(file: Path | None, example: str | None, as_json: bool, strict: bool, given: dict[str, Any]) -> int:
    from chainrule.api import check as check_program
    from chainrule.checking.report import to_data
    from chainrule.showing.waiting import watched

    with watched() as report:
        found = check_program(chosen_file(file, example), **vars_of(options_from(given, report)))
    if as_json:
        import json

        click.echo(json.dumps(to_data(found, found.outputs, found.remarks), indent=2, ensure_ascii=False, allow_nan=False))
    else:
        show(found.document())
    return found.exit_code(strict=strict)


@main.command()
def examples() -> None:
    """List the built-in examples."""
    from chainrule.example_files import listed

    for name, words in listed():
        click.echo(f"  {name:<18} {words}")
    click.echo("\nTry one: chainrule explain --example seed")


# ------------------------------------------------------------------------------------------------ helpers


def with_errors(action: Callable[[], int], *, as_json: bool = False) -> None:
    """Run a command: an error becomes one clear message (and data, where data is asked for) and exit code 2."""
    gc.set_threshold(COLLECT_AFTER)
    try:
        code = action()
    except ChainruleError as error:
        if as_json:
            import json

            said = {"schema_version": 1, "error": {"kind": type(error).__name__, "message": str(error)}}
            click.echo(json.dumps(said, indent=2, ensure_ascii=False))
        click.echo(f"chainrule: {error}", err=True)
        code = 2
    except KeyboardInterrupt:
        click.echo("chainrule: interrupted; nothing was written.", err=True)
        code = 130
    except BrokenPipeError:
        sys.stderr.close()
        code = 0
    sys.exit(code)


def show(document: Any) -> None:
    """Print a document: in colour on a terminal, plain when piped."""
    import os
    import shutil

    from chainrule.showing.text import to_text

    terminal = sys.stdout.isatty() and "NO_COLOR" not in os.environ
    width = min(shutil.get_terminal_size((100, 24)).columns, 120) if terminal else 100
    click.echo(to_text(document, width=width, colour=terminal), nl=False)


def chosen_file(file: Path | None, example: str | None) -> Path:
    """The file to read.

    Raises:
        AskError: neither a file nor an example is named, or both are.
    """
    if (file is None) == (example is None):
        raise AskError("name one file, or one example with --example NAME (`chainrule examples` lists them).")
    if file is not None:
        return file
    from chainrule.example_files import path_of

    return path_of(str(example))


def options_from(given: dict[str, Any], report: Report = silent) -> Options:
    """The command line's words as options."""
    from chainrule.api import Options

    return Options(
        of=given["of"],
        loss=given.get("loss"),
        call=given.get("call"),
        try_=given.get("try_", False),
        wrt=_names(given["wrt"]),
        learning_rate=given["learning_rate"],
        set={name: _value(name, text) for name, text in (_pair("--set", s) for s in given["set_"])},
        swap=dict(_pair("--swap", s) for s in given["swap"]),
        iteration=_iteration(given["iteration"]),
        steps=given.get("steps", 0),
        second=_names(given.get("second")),
        entry=tuple(given.get("entry", ())),
        open=tuple(given.get("open_", ())),
        digits=given.get("digits", 6),
        exact=given.get("exact", False),
        budget=given["budget"],
        report=report,
    )


def vars_of(options: Options) -> dict[str, Any]:
    return {name: getattr(options, name) for name in options.__dataclass_fields__}


def _names(text: str | None) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip()) if text else ()


def _pair(option: str, text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name.strip() or not value.strip():
        raise AskError(f"{option} {text}: write {option} {'NAME=VALUE' if option == '--set' else 'FUNCTION=OTHER'}.")
    return name.strip(), value.strip()


def _value(name: str, text: str) -> Any:
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError):
        raise AskError(f"--set {name}={text}: `{text}` is no number or list of numbers.") from None
    if not isinstance(value, (int, float, list, tuple)):
        raise AskError(f"--set {name}={text}: `{text}` is no number or list of numbers.")
    return value


def _iteration(text: str) -> tuple[int, ...]:
    parts: Sequence[str] = text.split(",")
    if not all(p.strip().isdigit() and int(p) > 0 for p in parts):
        raise AskError(f"--iteration {text}: write a number from 1, or EPOCH,ROW such as 2,3.")
    return tuple(int(p) for p in parts)


if __name__ == "__main__":
    main()
