"""The files that are read: a script, a Jupyter notebook, or a notebook pasted as text, as cells of Python."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal, TypeAlias

from chainrule.errors import AskError, ReadError
from chainrule.reading.older_names import notices_of
from chainrule.reading.python2 import NOTICE, as_python3

Kind: TypeAlias = Literal["script", "notebook", "pasted"]

MARKER = re.compile(r"^\s*In\s*\[\s*(\d*|\*)\s*\]:[ \t]?(.*)$")
CONTINUED = re.compile(r"^\s*\.\.\.:[ \t]?")
OUT = re.compile(r"^\s*Out\s*\[\s*\d*\s*\]:[ \t]?(.*)$")
MAGIC = re.compile(r"^\s*(%|!|\?|[A-Za-z_.]+\?+\s*$)")
HARMLESS_CELL_MAGICS = ("%%time", "%%timeit", "%%capture", "%%chainrule")
LARGEST_FILE = 50_000_000
LONGEST_QUOTE = 120
SILENT_MAGICS = (
    "%matplotlib",
    "%load_ext",
    "%reload_ext",
    "%autoreload",
    "%config",
    "%pylab",
    "%%time",
    "%%capture",
    "%%chainrule",
)


@dataclass(frozen=True)
class Cell:
    """A piece of the program that ran at once. `number` is None for a script; `shown` is the output stored with it,
    None where nothing says what was shown (in a pasted notebook that is found out by running it).
    """

    number: int | None
    code: str
    shown: str | None = None


@dataclass(frozen=True)
class Program:
    """A file as it was read, before anything ran."""

    path: Path
    kind: Kind
    cells: tuple[Cell, ...]
    notices: tuple[str, ...] = ()
    text: str = field(default="", repr=False)


def load(path: Path) -> Program:
    """Read a file.

    Raises:
        ReadError: the file is missing, empty, no text, a notebook of another language, or no Python at all.
    """
    text = _text_of(path)
    if not text.strip():
        raise ReadError(f"{path} is empty: there is no program to read. Give a .py script, an .ipynb notebook or a pasted one.")
    if path.suffix == ".ipynb":
        return _of_its_time(_notebook(path, text))
    if any(MARKER.match(line) for line in text.splitlines()):
        return _pasted(path, text)
    code, aside = without_magics(text)
    program = _of_its_time(Program(path, "script", (Cell(None, code),), _set_aside("", aside), text))
    try:
        parsed(program.cells[0].code)
    except NOT_PYTHON as error:
        raise ReadError(f"{path}{syntax_message(error, code)}") from None
    return program


def _of_its_time(program: Program) -> Program:
    """A program as it was meant when it was written, for Python 2, an older Python 3 or an older NumPy."""
    notices = notices_of("\n".join(cell.code for cell in program.cells))
    program = _in_python3(program)
    return replace(program, notices=(*program.notices, *notices))


def _in_python3(program: Program) -> Program:
    """A program in Python 2, as far as it is one, in Python 3."""
    cells = tuple(replace(cell, code=in_python3(cell.code)) for cell in program.cells)
    if cells == program.cells:
        return program
    return replace(program, cells=cells, notices=(*program.notices, NOTICE))


def in_python3(code: str) -> str:
    """Code as it is, but for what only Python 2 can read."""
    try:
        parsed(code)
    except NOT_PYTHON:
        return as_python3(code) or code
    return code


CALL = 0
"""The number of the cell that `--call` adds."""


def with_call(program: Program, code: str) -> Program:
    """The program with code after it, as though it stood in a last cell.

    Raises:
        AskError: the code is no Python.
    """
    try:
        parsed(code)
    except NOT_PYTHON as error:
        raise AskError(f'--call "{code}"{syntax_message(error, code)}') from None
    return replace(program, cells=(*program.cells, Cell(CALL, code)))


def _text_of(path: Path) -> str:
    try:
        if path.is_dir():
            raise ReadError(f"{path} is a folder. Give one file: a .py script, an .ipynb notebook or a pasted one.")
        size = path.stat().st_size
        if size > LARGEST_FILE:
            raise ReadError(f"{path} has {size:,} bytes; a program of more than {LARGEST_FILE:,} is not read.")
        return decoded(path.read_bytes())
    except FileNotFoundError:
        raise ReadError(f"{path} does not exist.{_near(path)}") from None
    except UnicodeDecodeError as error:
        raise ReadError(
            f"{path} is not UTF-8 text: byte {error.start} is 0x{error.object[error.start]:02x}. Save it as UTF-8 and try again."
        ) from None
    except OSError as error:
        raise ReadError(f"{path} cannot be opened: {error.strerror}.") from None
    except ValueError as error:  # a name that no file can have
        raise ReadError(f"{path} cannot be opened: {error}.") from None


def decoded(data: bytes) -> str:
    """The text of a file of Python.

    Raises:
        UnicodeDecodeError: it is not in the encoding that it declares.
    """
    return data.decode(_declared(data)).replace("\r\n", "\n")


def _declared(data: bytes) -> str:
    """The encoding that a comment in the first two lines names, as Python finds it (PEP 263); else UTF-8."""
    import io
    import tokenize

    try:
        return tokenize.detect_encoding(io.BytesIO(data).readline)[0]
    except SyntaxError:
        return "utf-8-sig"


def _near(path: Path) -> str:
    import difflib

    folder = path.parent if str(path.parent) else Path()
    names = [p.name for p in folder.iterdir()] if folder.is_dir() else []
    close = difflib.get_close_matches(path.name, names, 1)
    return f" Did you mean {folder / close[0]}?" if close else ""


NOT_PYTHON = (SyntaxError, ValueError, RecursionError, MemoryError)


def parsed(code: str) -> ast.Module:
    """The code as a tree.

    Raises:
        SyntaxError, ValueError, RecursionError, MemoryError: what Python itself says of code that it cannot compile.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SyntaxWarning)  # Python says it when the program runs
        tree = ast.parse(code)
        compile(code, "<code>", "exec", dont_inherit=True)  # `return` outside a function is found only here
    return tree


def never_read(program: Program, text: str) -> bool:
    """Whether a plain name is given values and asked for nowhere in the program."""
    if not text.isidentifier():
        return False
    for cell in program.cells:
        try:
            tree = parsed(cell.code)
        except NOT_PYTHON:
            continue
        if any(isinstance(n, ast.Name) and n.id == text and not isinstance(n.ctx, ast.Store) for n in ast.walk(tree)):
            return False
    return True


def known_in(program: Program, function: str) -> frozenset[str]:
    """The plain names that a function of the program reads or takes."""
    read = {n.id for node in _named(program, function) for n in ast.walk(node) if isinstance(n, ast.Name)}
    return frozenset(read) | parameters_of(program, function)


def parameters_of(program: Program, function: str) -> frozenset[str]:
    """The names of what a function of the program takes."""
    return frozenset(n.arg for node in _named(program, function) for n in ast.walk(node.args) if isinstance(n, ast.arg))


def _named(program: Program, function: str) -> Iterator[ast.FunctionDef]:
    for cell in program.cells:
        try:
            tree = parsed(cell.code)
        except NOT_PYTHON:
            continue
        yield from (
            node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name == function.rpartition(".")[2]
        )


def syntax_message(error: BaseException, code: str) -> str:
    """ ", line 3: `x = = 1` is not Python: invalid syntax." """
    if isinstance(error, SyntaxError) and error.lineno:
        lines = code.splitlines()
        line = lines[error.lineno - 1].strip() if error.lineno <= len(lines) else ""
        return f", line {error.lineno}: `{shortened(line)}` is not Python: {ended(error.msg)}"
    if isinstance(error, (RecursionError, MemoryError)):
        return ": an expression in it is nested too deeply to be read. Give its parts names of their own."
    return f": it is not Python: {ended(str(error))}"


def shortened(line: str) -> str:
    return line if len(line) <= LONGEST_QUOTE else f"{line[:LONGEST_QUOTE]}…"


def ended(sentence: str) -> str:
    return sentence if sentence.endswith((".", "?", "!")) else f"{sentence}."


def _notebook(path: Path, text: str) -> Program:
    import warnings

    import nbformat

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = nbformat.reads(text, as_version=4)  # type: ignore[no-untyped-call]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, nbformat.ValidationError) as error:
        raise ReadError(f"{path} is no Jupyter notebook: {str(error).splitlines()[0]}") from None
    kernel = book.metadata.get("kernelspec") or {}
    language = (book.metadata.get("language_info") or {}).get("name") or kernel.get("language") or "python"
    if "python" not in language.lower():
        raise ReadError(f"{path} is a notebook in {language}. chainrule reads Python.")
    cells: list[Cell] = []
    notices: list[str] = []
    number = 0
    for cell in book.cells:
        source = cell.get("source") or ""
        if cell.get("cell_type") != "code" or not source.strip():
            continue
        number += 1
        code, aside = without_magics(source)
        notices += _set_aside(f"cell {number}, ", aside)
        spoke = not code.strip() or any(not t.startswith(SILENT_MAGICS) for _, t in aside)
        outputs = cell.get("outputs") or []
        unsure = spoke and any(o.get("output_type") == "stream" for o in outputs)  # whose words they are, nothing says
        cells.append(Cell(number, code, None if unsure else _shown(outputs)))
    if not cells:
        raise ReadError(f"{path} has no code cell.")
    return Program(path, "notebook", tuple(cells), tuple(notices), text)


def _shown(outputs: list[dict[str, object]]) -> str:
    parts: list[str] = []
    for output in outputs:
        match output.get("output_type"):
            case "stream" if output.get("name") == "stdout":
                parts.append(str(output["text"]))
            case "execute_result":
                data = output.get("data")
                parts.append(str(data.get("text/plain", "")) + "\n" if isinstance(data, dict) else "")
    return "".join(parts)


def without_magics(code: str) -> tuple[str, list[tuple[int, str]]]:
    """The code with notebook magics and shell lines emptied (line numbers stay), and what was set aside."""
    lines = code.splitlines()
    first = next((i for i, line in enumerate(lines) if line.strip()), 0)
    if lines and lines[first].startswith("%%"):
        word = lines[first].split()[0]
        if word not in HARMLESS_CELL_MAGICS:
            return "\n" * (len(lines) - 1), [(first + 1, lines[first].strip())]
    aside: list[tuple[int, str]] = []
    try:
        ast.parse(code)
        return code, aside
    except NOT_PYTHON:
        pass
    for i, line in enumerate(lines):
        if MAGIC.match(line):
            aside.append((i + 1, line.strip()))
            lines[i] = line[: len(line) - len(line.lstrip())] + "pass"
    return "\n".join(lines), aside


def _set_aside(where: str, lines: Sequence[tuple[int, str]]) -> tuple[str, ...]:
    return tuple(f"{where}line {line}: `{text}` is for the notebook, not for Python: set aside." for line, text in lines)


def _pasted(path: Path, text: str) -> Program:
    cells: list[Cell] = []
    number: int | None = None
    code: list[str] = []
    shown: list[str] | None = None
    taken: set[int] = set()
    notices: list[str] = []

    def close() -> None:
        if number is not None and "".join(code).strip():
            clean, aside = without_magics("\n".join(code))
            notices.extend(_set_aside(f"cell {number}, ", aside))
            cells.append(Cell(number, clean, "\n".join(shown) if shown is not None else None))

    for line in text.splitlines():
        marker = MARKER.match(line)
        out = OUT.match(line)
        if marker:
            close()
            known = marker[1].isdigit() and int(marker[1]) not in taken
            number = int(marker[1]) if known else max(taken, default=0) + 1
            taken.add(number)
            code, shown = ([marker[2]] if marker[2] else []), None
        elif out and number is not None:
            shown = [out[1]]
        elif shown is not None:
            shown.append(line)
        else:
            code.append(CONTINUED.sub("", line))
    close()
    if not cells:
        raise ReadError(f"{path} has `In [n]:` markers but no code after them.")
    return Program(path, "pasted", tuple(cells), tuple(notices), text)
