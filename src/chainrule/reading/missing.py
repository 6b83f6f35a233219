"""Modules that are not installed: what needs no value of theirs goes on without them."""

from __future__ import annotations

import ast
import importlib.abc
import importlib.machinery
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import FrameType, MappingProxyType, ModuleType
from typing import Any, NoReturn


class Missing:
    """Something of a module that is not installed: it can be named, called, inherited from, and never used as a value."""

    __slots__ = ("_name",)
    _name: str

    def __init__(self, name: str) -> None:
        object.__setattr__(self, "_name", name)

    def __getattr__(self, name: str) -> Missing:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        return Missing(f"{self._name}.{name}")

    def __setattr__(self, name: str, value: object) -> None:
        pass

    def __call__(self, *arguments: object, **options: object) -> Missing:
        return Missing(f"{self._name}(…)")

    def __getitem__(self, key: object) -> Missing:
        return Missing(f"{self._name}[…]")

    def __or__(self, other: object) -> Missing:
        """An annotation: `torch.Tensor | None`."""
        return self

    def __enter__(self) -> Missing:
        return self

    def __exit__(self, *details: object) -> None:
        pass

    def __mro_entries__(self, bases: tuple[object, ...]) -> tuple[type, ...]:
        """A class made from one of a missing module's is made from nothing."""
        return ()

    def __repr__(self) -> str:
        return f"<{self._name}, which is not installed>"

    def _needed(self, *_: object, **__: object) -> NoReturn:
        module = self._name.partition(".")[0]
        raise ModuleNotFoundError(f"No module named {module!r}, which {self._name} is of", name=module)

    __array__ = __index__ = __int__ = __float__ = __bool__ = __len__ = __iter__ = __contains__ = _needed
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = _needed
    __pow__ = __rpow__ = __matmul__ = __rmatmul__ = __mod__ = __floordiv__ = __neg__ = __abs__ = _needed
    __lt__ = __le__ = __gt__ = __ge__ = __instancecheck__ = __format__ = _needed


class MissingModule(ModuleType):
    """The module itself: an import of it goes through, and all that it has is missing."""

    __all__ = ()  # of `from module import *` nothing comes

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        own = STAND_INS.get(self.__name__.partition(".")[0], {})
        return own[name] if name in own else Missing(f"{self.__name__}.{name}")


def _the_items(items: Iterable[Any] = (), *_: Any, **__: Any) -> Iterable[Any]:
    return items


def _counted(*bounds: int, **__: Any) -> range:
    return range(*bounds)


def _the_function(function: Any = None, *_: Any, **__: Any) -> Any:
    return function if callable(function) else _the_function


def _nothing(*_: Any, **__: Any) -> None:
    pass


_PROGRESS: Mapping[str, Callable[..., Any]] = {"tqdm": _the_items, "trange": _counted, "tqdm_notebook": _the_items, "tnrange": _counted}  # fmt: skip
_COMPILED: Mapping[str, Callable[..., Any]] = dict.fromkeys(("njit", "jit", "vectorize", "guvectorize"), _the_function) | {"prange": _counted}  # fmt: skip
STAND_INS: Mapping[str, Mapping[str, Any]] = MappingProxyType({
    "tqdm": _PROGRESS,  # a bar changes nothing of what is computed
    "progressbar": {"ProgressBar": lambda *_, **__: _the_items, "progressbar": _the_items},
    "numba": _COMPILED,  # nor does speed
    "ipdb": {"set_trace": _nothing},
    "past": {"xrange": range},
})  # fmt: skip


class MissingFinder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Asked for what nobody finds: the import goes through, if the program itself asks and does not provide for that."""

    def __init__(self, goes_on: Callable[[FrameType], bool], say: Callable[[str], None]) -> None:
        self.goes_on = goes_on
        self.say = say

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if path is None:
            frame = _importing()
            if frame is None or not self.goes_on(frame):
                return None
            stood_in = "it changes nothing that is computed" if fullname in STAND_INS else "what needs it is left out"
            self.say(f"No module named {fullname!r}: {stood_in}.")
        elif not isinstance(sys.modules[fullname.rpartition(".")[0]], MissingModule):
            return None
        spec = importlib.machinery.ModuleSpec(fullname, self, is_package=True)
        spec.submodule_search_locations = []
        return spec

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        return MissingModule(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """There is nothing in it."""


def _importing() -> FrameType | None:
    """The frame in which the import stands."""
    frame: FrameType | None = sys._getframe(2)
    while frame is not None and frame.f_code.co_filename.startswith("<frozen importlib"):
        frame = frame.f_back
    return frame


def unguarded_imports(tree: ast.Module) -> frozenset[int]:
    """The lines of the imports that stand in no `try` or `with`: where one does, the program provides for a missing module."""
    found: set[int] = set()
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            found.add(node.lineno)
        if not isinstance(node, (ast.Try, ast.With)):
            waiting.extend(ast.iter_child_nodes(node))
    return frozenset(found)
