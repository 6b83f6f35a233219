"""A function that was handed over, made readable: rewritten from its source, or run among proxies where it has none.

What it calls of its own module is made readable too, at the moment that it is called, so that methods, closures and
functions under a decorator are followed like any other.
"""

from __future__ import annotations

import ast
import builtins
import inspect
import math
import textwrap
from collections.abc import Callable
from types import BuiltinFunctionType, CellType, CodeType, FunctionType, MethodType, ModuleType
from typing import Any, final

import numpy as np

from chainrule.reading.instrument import HOOK, instrument
from chainrule.reading.recorder import Recorder

AROUND = "_around"
CALLED = (BuiltinFunctionType, np.ufunc)


def home_of(function: Callable[..., Any]) -> str:
    """The module that a function, a method or the class of an object belongs to."""
    return str(getattr(function, "__module__", None) or type(function).__module__)


@final
class Readable:
    """The functions of one module, each made readable once."""

    def __init__(self, recorder: Recorder, home: str) -> None:
        self.recorder = recorder
        self.home = home
        self.known: dict[CodeType, CodeType | None] = {}
        self.products: set[FunctionType] = set()
        self.spaces: dict[int, dict[str, Any]] = {}
        recorder.table.readable = self

    def made(self, function: Any) -> Callable[..., Any]:
        """A function, method or callable object of the module as one that is followed; any other goes through the table."""
        if isinstance(function, FunctionType) and home_of(function) == self.home:
            return self._function(function)
        if isinstance(function, MethodType) and isinstance(function.__func__, FunctionType):
            return MethodType(self.made(function.__func__), function.__self__)
        call = getattr(type(function), "__call__", None)  # noqa: B004 - the method itself is wanted
        if isinstance(call, FunctionType) and home_of(call) == self.home:
            return MethodType(self._function(call), function)
        return lambda *arguments, **options: self.recorder.call(function, *arguments, **options)

    def has(self, function: Any) -> bool:
        """Whether a function that is called belongs to the module, and is not followed yet."""
        if isinstance(function, MethodType):
            function = function.__func__
        elif not isinstance(function, (FunctionType, type)):
            function = getattr(type(function), "__call__", None)  # noqa: B004 - as above
        return (
            isinstance(function, FunctionType)
            and home_of(function) == self.home
            and function.__code__.co_filename not in self.recorder.files
            and function not in self.products
        )

    def _function(self, function: FunctionType) -> FunctionType:
        code = function.__code__
        if code not in self.known:
            self.known[code] = self._rewritten(function)
        new = self.known[code]
        space = self._space(function, has_source=new is not None)
        if new is None:
            made = FunctionType(code, space, function.__name__, function.__defaults__, function.__closure__)
        else:
            cells = dict(zip(code.co_freevars, function.__closure__ or (), strict=True))
            closure = tuple(_again(cells[name]) if name in cells else CellType() for name in new.co_freevars)
            made = FunctionType(new, space, function.__name__, function.__defaults__, closure)
        self.products.add(made)
        made.__kwdefaults__, made.__qualname__ = function.__kwdefaults__, function.__name__
        return made

    def _space(self, function: FunctionType, *, has_source: bool) -> dict[str, Any]:
        held = self.spaces.get(id(function.__globals__))
        if held is None:
            held = {**function.__globals__, HOOK: self.recorder}
            if not has_source:
                held["__builtins__"] = _proxied_builtins(self.recorder)
                modules = {name: value for name, value in held.items() if value is math or value is np}
                held.update((name, _Proxy(module, self.recorder)) for name, module in modules.items())
                called = {name: value for name, value in held.items() if isinstance(value, CALLED) or self.has(value)}
                held.update((name, self._asking(value)) for name, value in called.items())
            self.spaces[id(function.__globals__)] = held
        return held

    def _asking(self, function: Any) -> Callable[..., Any]:
        """A function whose calls go through the table, for code that calls it directly."""
        return lambda *arguments, **options: self.recorder.call(function, *arguments, **options)

    def _rewritten(self, function: FunctionType) -> CodeType | None:
        """The instrumented code of a function, made inside another so that the names around it stay around it."""
        found = _source_of(function)
        if found is None:
            return None
        node, first = found
        node.decorator_list = []
        name = f"<{function.__name__}>"
        self.recorder.files[name] = (None, "")
        around = ast.FunctionDef(AROUND, ast.arguments([], [], None, [], [], None, []), [], [], None, None)
        tree = instrument(ast.Module([node], []))
        free: list[ast.stmt] = [
            ast.Assign([ast.Name(text, ast.Store())], ast.Constant(None)) for text in function.__code__.co_freevars
        ]
        if node.name not in function.__code__.co_freevars:
            free.append(ast.Global([node.name]))
        around.body = [*free, *tree.body]
        ast.increment_lineno(tree, first - 1)
        whole = ast.fix_missing_locations(ast.Module([around], []))
        outer = compile(whole, name, "exec", dont_inherit=True)
        inside = next(c for c in outer.co_consts if isinstance(c, CodeType) and c.co_name == AROUND)
        return next(c for c in inside.co_consts if isinstance(c, CodeType) and c.co_name == node.name)


def _again(cell: CellType) -> CellType:
    """A cell of its own with the same content: what the function counts, it counts for itself."""
    try:
        return CellType(cell.cell_contents)
    except ValueError:
        return cell


def _source_of(function: FunctionType) -> tuple[ast.FunctionDef, int] | None:
    """The definition of a function as a tree; a lambda as a function that returns its expression."""
    code = function.__code__
    try:
        lines, first = inspect.getsourcelines(code)
    except (OSError, TypeError):
        return None
    text = textwrap.dedent("".join(lines))
    try:
        tree = ast.parse(text)
    except SyntaxError:
        return None
    if code.co_name == "<lambda>":
        lambdas = [n for n in ast.walk(tree) if isinstance(n, ast.Lambda)]
        names = code.co_varnames[: code.co_argcount]
        fitting = [n for n in lambdas if tuple(a.arg for a in n.args.args) == names]
        if len(fitting) != 1:
            return None
        body = [ast.copy_location(ast.Return(fitting[0].body), fitting[0])]
        made = ast.FunctionDef("result", fitting[0].args, body, [], None, None)  # type: ignore[arg-type]
        return ast.fix_missing_locations(ast.copy_location(made, fitting[0])), first
    found = next((n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == code.co_name), None)
    return None if found is None else (found, first)


# ------------------------------------------------------------------------------------------------ without source


class _Proxy:
    """A module whose functions go through the dispatch table, and whose new arrays are followed from the start."""

    def __init__(self, module: ModuleType, recorder: Recorder) -> None:
        self._module = module
        self._recorder = recorder

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._module, name)
        if isinstance(found, ModuleType):
            return _Proxy(found, self._recorder)
        if isinstance(found, type) or not callable(found):
            return found
        recorder = self._recorder

        def called(*arguments: Any, **options: Any) -> Any:
            made = recorder.call(found, *arguments, **options)
            return recorder.wrap(made, recorder.builder.constant(made.copy())) if type(made) is np.ndarray else made

        return called


def _number_type(kind: type, recorder: Recorder) -> type:
    """`float` and `int` as something to call that goes through the table, and to ask `isinstance` for."""

    class Meta(type):
        def __call__(cls, *arguments: Any) -> Any:
            return recorder.call(kind, *arguments)

        def __instancecheck__(cls, value: Any) -> bool:
            return isinstance(value, kind)

    return Meta(kind.__name__, (), {})


def _proxied_builtins(recorder: Recorder) -> dict[str, Any]:
    space = dict(vars(builtins))
    for kind in (float, int):
        space[kind.__name__] = _number_type(kind, recorder)
    for name in ("abs", "max", "min", "sum", "pow", "len", "range", "map"):
        space[name] = lambda *arguments, _f=space[name], **options: recorder.call(_f, *arguments, **options)
    return space
