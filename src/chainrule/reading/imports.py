"""Imports while a program is read: modules beside it are read too, plotting is set aside."""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

from chainrule.reading.missing import MissingModule

SET_ASIDE = ("matplotlib", "mpl_toolkits", "pylab", "seaborn", "plotly", "bokeh", "graphviz", "turtle", "tkinter")

GIVEN_BACK = {"plot()": 1, "step()": 1, "fill()": 1, "hist()": 3, "stem()": 3, "hist2d()": 4}


def _name(stub: Stub) -> str:
    return str(object.__getattribute__(stub, "_name"))


class Stub:
    """Stands in for a plotting library: takes every call, answers nothing, and refuses to pass for a number."""

    def __init__(self, name: str) -> None:
        object.__setattr__(self, "_name", name)

    def __getattr__(self, name: str) -> Stub:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        return Stub(f"{_name(self)}.{name}")

    def __setattr__(self, name: str, value: object) -> None:
        pass

    def __call__(self, *arguments: object, **options: object) -> Stub:
        return Stub(f"{_name(self)}()")

    def __iter__(self) -> Iterator[Stub]:
        """As many as such a call gives back: `line, = ax.plot(x, y)`, `fig, ax = plt.subplots()`."""
        count = GIVEN_BACK.get(_name(self).rpartition(".")[2], 2)
        return iter(tuple(Stub(_name(self)) for _ in range(count)))

    def __getitem__(self, key: object) -> Stub:
        return Stub(_name(self))

    def __setitem__(self, key: object, value: object) -> None:
        pass

    def __enter__(self) -> Stub:
        return self

    def __exit__(self, *details: object) -> None:
        pass

    def __add__(self, other: object) -> Stub:
        """The lines of two plots, put together for a legend."""
        return self if isinstance(other, (Stub, list)) else NotImplemented

    __radd__ = __add__

    def __array__(self, *_: object, **__: object) -> Any:
        raise TypeError(f"{_name(self)} is set aside while the program is read, so it has no value")

    def __index__(self) -> int:
        raise TypeError(f"{_name(self)} is set aside while the program is read, so it has no value")

    def __mro_entries__(self, bases: tuple[object, ...]) -> tuple[type, ...]:
        """A class made from one of a plotting library's is made from nothing."""
        return ()

    def __repr__(self) -> str:
        return f"<{_name(self)}, set aside>"


class _StubModule(ModuleType):
    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Stub(f"{self.__name__}.{name}")


def _holds(place: str, folder: Path) -> bool:
    """Whether a place where Python looks is the folder that one stands in, and the program lies in it: `python -m` adds that."""
    here = Path.cwd()
    return Path(place or ".").absolute() == here and here in (folder.absolute(), *folder.absolute().parents)


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds modules in the program's folder, and in those that it adds to sys.path, and hands their source to `execute`."""

    def __init__(
        self, folder: Path, execute: Callable[[ModuleType, Path], None], stand_in: Callable[[], None] = lambda: None
    ) -> None:
        self.folder = folder
        self.execute = execute
        self.stand_in = stand_in
        self.made: dict[str, ModuleType] = {}
        self.found: dict[str, Path | None] = {}
        self.elsewhere = frozenset(p for p in sys.path if not _holds(p, folder))

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname.split(".", maxsplit=1)[0] in SET_ASIDE:
            self.found[fullname] = None
            return importlib.machinery.ModuleSpec(fullname, self, is_package=True)
        if fullname.split(".", maxsplit=1)[0] in sys.stdlib_module_names:
            return None
        if fullname.split(".", maxsplit=1)[0] == "torch":
            return self.torch(fullname)
        folders = [self.folder, *(Path(p) for p in sys.path if isinstance(p, str) and p not in self.elsewhere)]
        places = [folder.joinpath(*fullname.split(".")) for folder in folders]
        for place in places:
            for file, package in ((place.with_suffix(".py"), False), (place / "__init__.py", True)):
                if not file.is_file():
                    continue
                self.found[fullname] = file
                spec = importlib.machinery.ModuleSpec(fullname, self, origin=str(file), is_package=package)
                if package:
                    spec.submodule_search_locations = [str(place)]
                return spec
        return None

    def torch(self, fullname: str) -> importlib.machinery.ModuleSpec | None:
        """PyTorch's forward half, in NumPy.

        Raises:
            ModuleNotFoundError: a part of PyTorch that is not stood in for.
        """
        from chainrule.reading import torch_forward

        if fullname not in torch_forward.STOOD_IN:
            raise ModuleNotFoundError(f"No module named {fullname!r} (of PyTorch, tensors and torch.nn are read)")
        self.stand_in()
        made = {"torch": torch_forward.module, "torch.nn.functional": torch_forward.functional}.get(fullname)
        self.found[fullname] = Path(torch_forward.__file__).with_name("torch_layers.py") if made is None else None
        if made is not None:
            self.made[fullname] = made()
        spec = importlib.machinery.ModuleSpec(fullname, self, is_package=True)
        spec.submodule_search_locations = []
        return spec

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType | None:
        if spec.name in self.made:
            return self.made[spec.name]
        return _StubModule(spec.name) if self.found.get(spec.name) is None else None

    def exec_module(self, module: ModuleType) -> None:
        file = self.found.get(module.__name__)
        if file is not None:
            module.__file__ = str(file)
            self.execute(module, file)


@contextmanager
def installed(finder: Finder, *last: importlib.abc.MetaPathFinder) -> Iterator[None]:
    """The finder is asked first, others last of all; afterwards the modules that it made are forgotten."""
    before = set(sys.modules)
    hidden = {n: sys.modules.pop(n) for n in list(sys.modules) if n.split(".")[0] in (*SET_ASIDE, "torch")}
    held = sys.meta_path[:]
    sys.meta_path[:] = [finder, *held, *last]
    try:
        yield
    finally:
        sys.meta_path[:] = held
        packages = {name.partition(".")[0] for name in finder.found}
        for name in [*sys.modules]:
            made = name.partition(".")[0] in packages or isinstance(sys.modules[name], MissingModule)
            if made and (name not in before or name in hidden):
                del sys.modules[name]
        sys.modules.update(hidden)
