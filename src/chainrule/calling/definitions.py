"""What a program defines: its functions and classes, what they take, give back and keep."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from chainrule.calling.data import RESULT
from chainrule.calling.uses import NO_USES, Uses, added, reads, sets, uses
from chainrule.errors import ChainruleError
from chainrule.reading.names import reads_as_derivative
from chainrule.reading.project import folder_of
from chainrule.reading.sources import NOT_PYTHON, Program, load, parsed

LARGEST_SIZE = 5000
LARGEST_FILE = 200_000  # bytes
MOST_FILES = 20
DEFINITIONS = (ast.FunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom, ast.Try)


@dataclass(frozen=True)
class Defined:
    """A function or method: what it takes (with whether that has a default), and the names of what it gives back.

    `annotations` are what the parameters are said to be; `several` is the one that takes any number of things, `*layers`.
    `keeps` is the attribute that holds its result, if one does; `keys` are texts that it fills tables by, `gives_table` says
    that it gives one back; `sets` and `reads` are attributes of its object; `uses` says
    what is done with each parameter, `adds` with what it appends to a list of its object.
    """

    name: str
    parameters: tuple[tuple[str, bool], ...] = ()
    returns: tuple[str, ...] = ()
    writes: bool = False
    keeps: str = ""
    keys: frozenset[str] = frozenset()
    gives_table: bool = False
    sets: frozenset[str] = frozenset()
    reads: frozenset[str] = frozenset()
    uses: Mapping[str, Uses] = field(default_factory=dict, compare=False, repr=False)
    adds: Uses | None = field(default=None, compare=False, repr=False)
    annotations: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)
    several: str = ""

    @property
    def required(self) -> tuple[str, ...]:
        return tuple(name for name, default in self.parameters if not default)

    def used(self, name: str) -> Uses:
        return self.uses.get(name, NO_USES)


@dataclass(frozen=True)
class Class:
    """A class that a program defines or takes from a file beside it.

    `sizes` are whole numbers that stand in it, the commonest first, `words` the texts; `module` says where it must be
    imported from.
    """

    name: str
    made: Defined
    methods: Mapping[str, Defined] = field(compare=False, repr=False)
    sets: frozenset[str] = frozenset()
    sizes: tuple[int, ...] = ()
    words: tuple[str, ...] = ()
    module: str = ""

    def answers(self, asks: Sequence[tuple[str, int]]) -> bool:
        """Whether an object of it has all that is asked for: attributes, and methods that take so many arguments."""
        for name, count in asks:
            method = self.methods.get(name)
            if method is None and (count >= 0 or name not in self.sets):
                return False
            if method is not None and count >= 0 and not len(method.required) <= count <= len(method.parameters):
                return False
        return True


@dataclass(frozen=True)
class Definitions:
    """All that a program defines; `imported` are classes that it takes from files of its own project."""

    functions: tuple[Defined, ...]
    classes: tuple[Class, ...]
    imported: tuple[Class, ...]
    sizes: tuple[int, ...]
    words: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return (*(c.name for c in self.classes), *(f.name for f in self.functions))


def definitions(program: Program) -> Definitions:
    bodies = _statements(program)
    functions = [node for node in bodies if isinstance(node, ast.FunctionDef)]
    imported = tuple(_imported(bodies, program.path))
    sizes, words = _constants(functions)
    return Definitions(tuple(_defined(f) for f in functions), tuple(_classes(bodies)), imported, sizes, words)


def _statements(program: Program) -> list[ast.stmt]:
    bodies: list[ast.stmt] = []
    for cell in program.cells:
        try:
            bodies += parsed(cell.code).body
        except NOT_PYTHON:
            continue
    return bodies


def _imported(bodies: Sequence[ast.stmt], path: Path) -> Iterator[Class]:
    """The classes of the files that a program imports from, or that lie beside it."""
    folder, own = path.absolute().parent, path.absolute()
    files: dict[Path, tuple[str, dict[str, str]]] = {}
    for node in bodies:
        if isinstance(node, ast.ImportFrom) and node.module:
            first, *rest = node.module.split(".")
            above = folder.parents[node.level - 2] if node.level > 1 else folder
            if node.level == 0 and not (folder / f"{first}.py").is_file() and not (folder / first).is_dir():
                above = folder_of(folder, first) or folder
            names = {alias.name: alias.asname or alias.name for alias in node.names}
            files[above.joinpath(first, *rest).with_suffix(".py")] = "." * node.level + node.module, names
    dot = "." if any(module.startswith(".") for module, _ in files.values()) else ""
    for file in sorted(folder.glob("*.py"))[:MOST_FILES]:
        files.setdefault(file, (dot + file.stem, {}))
    for file, (module, names) in files.items():
        if file == own or not file.is_file() or file.stat().st_size > LARGEST_FILE or not file.stem.isidentifier():
            continue
        try:
            body = _statements(load(file))
        except ChainruleError:
            continue
        if not names and not all(map(_only_defines, body)):
            continue  # nobody asked for it, and an import would run it
        for of in _classes(body):
            known = names.get(of.name, of.name if "*" in names else "")
            yield replace(of, name=known or of.name, module="" if known else module)


def _only_defines(statement: ast.stmt) -> bool:
    """Whether a statement at the top of a file does nothing that shows: a definition, an import, a value; what runs as a script."""
    match statement:
        case ast.Expr(value=value):
            return isinstance(value, ast.Constant)
        case ast.AnnAssign(value=None):
            return True
        case ast.If(test=test):
            return "__name__" in ast.unparse(test)
        case ast.Assign(value=value) | ast.AnnAssign(value=ast.expr() as value):
            return not any(isinstance(n, ast.Call) for n in ast.walk(value))
    return isinstance(statement, DEFINITIONS)


def _classes(bodies: Sequence[ast.stmt]) -> Iterator[Class]:
    nodes = {node.name: node for node in bodies if isinstance(node, ast.ClassDef)}
    for node in nodes.values():
        line = _line(node, nodes)
        items = [item for owner in reversed(line) for item in owner.body if isinstance(item, ast.FunctionDef)]
        bodies_of = {item.name: item for item in items if not _only_raises(item)}
        methods = {name: _defined(item, bodies_of) for name, item in bodies_of.items()}
        call, forward = methods.get("__call__"), methods.get("forward")
        if call is not None and forward is not None and not call.parameters:  # def __call__(self, *inputs)
            methods["__call__"] = replace(call, parameters=forward.parameters)
        made = methods.pop("__init__", Defined("__init__"))
        made = replace(made, sets=frozenset(name for item in items if item.name == "__init__" for name in sets(item)))
        plain = {
            t.id
            for owner in line
            for s in owner.body
            if isinstance(s, ast.Assign)
            for t in s.targets
            if isinstance(t, ast.Name)
        }
        kept = made.sets.union(plain, *(m.sets for m in methods.values()))
        yield Class(node.name, made, methods, kept, *_constants(line))


def _constants(nodes: Sequence[ast.AST]) -> tuple[tuple[int, ...], tuple[str, ...]]:
    """Whole numbers and texts written in some definitions."""
    values = [n.value for node in nodes for n in ast.walk(node) if isinstance(n, ast.Constant)]
    sizes = Counter(v for v in values if isinstance(v, int) and 1 < v < LARGEST_SIZE)
    words = dict.fromkeys(v for v in values if isinstance(v, str) and v.isidentifier())
    return tuple(size for size, _ in sizes.most_common()), tuple(words)


def _line(node: ast.ClassDef, classes: Mapping[str, ast.ClassDef]) -> list[ast.ClassDef]:
    """A class and what it inherits from, nearest first."""
    found = [node]
    for base in node.bases:
        inherited = classes.get(base.id) if isinstance(base, ast.Name) else None
        if inherited is not None and inherited is not node:
            found += [c for c in _line(inherited, classes) if c not in found]
    return found


def _defined(node: ast.FunctionDef, methods: Mapping[str, ast.FunctionDef] | None = None) -> Defined:
    """What is known of a function, or of one of the `methods` of a class."""
    given = [*node.args.posonlyargs, *node.args.args]
    plain = len(given) - len(node.args.defaults)
    parameters = [(a.arg, i >= plain) for i, a in enumerate(given)]
    parameters += [(a.arg, d is not None) for a, d in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)]
    if methods is None or _is_static(node):
        used = {name: uses(node, name) for name, _ in parameters}
        return Defined(
            node.name,
            tuple(parameters),
            _returned(node),
            _writes(node),
            keys=_keys(node),
            gives_table=_gives_table(node),
            uses=used,
        )
    parameters = parameters[1:]
    several = node.args.vararg.arg if node.args.vararg else ""
    added_to = next((each for name, _ in parameters if (each := added(node, name, tuple(methods.values()))) is not None), None)
    return Defined(
        node.name,
        tuple(parameters),
        _returned(node),
        _writes(node),
        _kept(node),
        _keys(node),
        _gives_table(node),
        sets(node),
        reads(node, methods),
        {name: uses(node, name, tuple(methods.values())) for name in (*(n for n, _ in parameters), several) if name},
        added_to,
        {a.arg: ast.unparse(a.annotation).strip("'\"") for a in (*given, *node.args.kwonlyargs) if a.annotation},
        several,
    )


def _kept(node: ast.FunctionDef) -> str:
    """The attribute that a method sets last of those that read as a result."""
    targets = [t for n in _inside(node) if isinstance(n, ast.Assign) for t in n.targets if isinstance(t, ast.Attribute)]
    mine = [t for t in targets if isinstance(t.value, ast.Name) and t.value.id == node.args.args[0].arg]
    results = [t for t in mine if RESULT.match(t.attr)]
    return max(results, key=lambda t: t.lineno).attr if results else ""


def _last_given(node: ast.FunctionDef) -> ast.expr | None:
    given = [n.value for n in _inside(node) if isinstance(n, ast.Return) and n.value is not None]
    return max(given, key=lambda value: value.lineno, default=None)


def _gives_table(node: ast.FunctionDef) -> bool:
    last = _last_given(node)
    tables = {
        ast.unparse(t) for n in _inside(node) if isinstance(n, ast.Assign) and isinstance(n.value, ast.Dict) for t in n.targets
    }
    return isinstance(last, ast.Dict) or (last is not None and ast.unparse(last) in tables)


def _returned(node: ast.FunctionDef) -> tuple[str, ...]:
    """The names that the last `return` gives back; "" for what has none."""
    last = _last_given(node)
    if last is None:
        return ()
    items = last.elts if isinstance(last, ast.Tuple) else [last]
    return tuple(i.id if isinstance(i, ast.Name) else i.attr if isinstance(i, ast.Attribute) else "" for i in items)


def _keys(node: ast.FunctionDef) -> frozenset[str]:
    """The texts that a function fills tables by."""
    found: set[object] = set()
    for inner in _inside(node):
        if isinstance(inner, ast.Dict):
            found |= {k.value for k in inner.keys if isinstance(k, ast.Constant)}
        elif isinstance(inner, ast.Subscript) and isinstance(inner.ctx, ast.Store) and isinstance(inner.slice, ast.Constant):
            found.add(inner.slice.value)
    return frozenset(key for key in found if isinstance(key, str))


def _writes(node: ast.FunctionDef) -> bool:
    """Whether a function names a derivative or changes a parameter."""
    for inner in _inside(node):
        if isinstance(inner, ast.AugAssign) and isinstance(inner.op, (ast.Add, ast.Sub)) and not _counts(inner.value):
            return True
        if isinstance(inner, ast.Assign):
            for target in inner.targets:
                for name in target.elts if isinstance(target, ast.Tuple) else [target]:
                    if reads_as_derivative(ast.unparse(name)):
                        return True
    return False


def _counts(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant)


def _inside(node: ast.AST) -> Iterator[ast.AST]:
    """Everything in a function, but nothing in functions defined in it."""
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, (ast.FunctionDef, ast.ClassDef, ast.Lambda)):
            yield child
            yield from _inside(child)


def _is_static(node: ast.FunctionDef) -> bool:
    return any(isinstance(d, ast.Name) and d.id == "staticmethod" for d in node.decorator_list)


def _only_raises(node: ast.FunctionDef) -> bool:
    body = [s for s in node.body if not (isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant))]
    return all(isinstance(s, (ast.Raise, ast.Pass)) for s in body)
