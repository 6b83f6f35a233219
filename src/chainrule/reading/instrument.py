"""Rewriting a program so that it records itself: the same statements in the same order, each handing its values to one hook.

Every call, item and assignment goes through the hook object `__chainrule__`. Function and loop bodies stand there twice,
instrumented and as written, so that iterations nobody looks at run at plain speed:

    for x in data:              __chainrule__loop_1__ = __chainrule__.loop(line)
        w -= f(w, x)            for x in __chainrule__.iterate(__chainrule__loop_1__, data):
                                    if __chainrule__loop_1__.on:
                                        x = __chainrule__.name("x", x)
                                        w = __chainrule__.augment("w", "sub", w, __chainrule__.call(f, w, x))
                                    else:
                                        w -= f(w, x)
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterable, Sequence

HOOK = "__chainrule__"
OWN_SCOPE = (
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.ClassDef,
    ast.Lambda,
    ast.ListComp,
    ast.SetComp,
    ast.DictComp,
    ast.GeneratorExp,
)
FRAME_BOUND = frozenset({"super", "locals", "globals", "vars", "dir", "exec", "eval"})
OPERATORS: dict[type[ast.operator], str] = {
    ast.Add: "add",
    ast.Sub: "sub",
    ast.Mult: "mul",
    ast.Div: "truediv",
    ast.Pow: "pow",
    ast.FloorDiv: "floordiv",
    ast.Mod: "mod",
    ast.MatMult: "matmul",
    ast.BitAnd: "and",
    ast.BitOr: "or",
    ast.BitXor: "xor",
    ast.LShift: "lshift",
    ast.RShift: "rshift",
}


def instrument(tree: ast.Module) -> ast.Module:
    """A module that computes what `tree` computes and records it on the way."""
    changed = ast.Module(_Instrumenter().block(copy.deepcopy(tree).body), tree.type_ignores)
    return ast.fix_missing_locations(changed)


class _Instrumenter(ast.NodeTransformer):
    """One pass over one scope's statements; `names` are the local names that a loop must hand over (none at the top of
    a module, where the hook reaches them through the module itself), `owner` is the class around it.
    """

    def __init__(self, names: tuple[str, ...] = (), owner: str = "") -> None:
        self.counter = 0
        self.names = names
        self.owner = owner

    # ------------------------------------------------------------------------------------ helpers

    def block(self, statements: Sequence[ast.stmt]) -> list[ast.stmt]:
        result: list[ast.stmt] = []
        for statement in statements:
            changed = self.visit(statement)
            for new in changed if isinstance(changed, list) else [changed]:
                result.append(ast.copy_location(new, statement) if not hasattr(new, "lineno") else new)
        return result

    def fresh(self, kind: str) -> str:
        self.counter += 1
        return f"{HOOK}{kind}_{self.counter}__"

    # ------------------------------------------------------------------------------------ expressions

    def visit_Call(self, node: ast.Call) -> ast.expr:
        if isinstance(node.func, ast.Name) and node.func.id in FRAME_BOUND:
            return node
        self.generic_visit(node)
        return ast.copy_location(ast.Call(_hook("call"), [node.func, *node.args], node.keywords), node)

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        self.generic_visit(node)
        if not isinstance(node.ctx, ast.Load):
            return node
        return _call("get", node.value, _key(node.slice), at=node)

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        self.generic_visit(node)
        if isinstance(node.op, ast.Mult) and isinstance(node.left, ast.Constant) and isinstance(node.right, ast.Constant):
            node.left = _call("written", node.left, at=node.left)  # Python would multiply 0.05 * 2 before it runs
        return _call("modulo", node.left, node.right, at=node) if isinstance(node.op, ast.Mod) else node

    def visit_Compare(self, node: ast.Compare) -> ast.expr:
        """`a is b`: whether two followed values are one, whatever holds them."""
        self.generic_visit(node)
        if len(node.ops) != 1 or not isinstance(node.ops[0], (ast.Is, ast.IsNot)):
            return node
        sides = (node.left, node.comparators[0])
        if any(isinstance(side, ast.Constant) for side in sides):
            return node
        one = _call("identical", *sides, at=node)
        return one if isinstance(node.ops[0], ast.Is) else ast.copy_location(ast.UnaryOp(ast.Not(), one), node)

    def visit_NamedExpr(self, node: ast.NamedExpr) -> ast.expr:
        self.generic_visit(node)
        node.value = _call("name", _text(node.target.id), node.value, at=node)
        return node

    def visit_comprehension(self, node: ast.comprehension) -> ast.comprehension:
        self.generic_visit(node)
        node.iter = _call("each", node.iter, at=node.iter)
        return node

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.expr:
        self.generic_visit(node)
        return _call("joined", _call("mark", at=node), node, at=node) if any(_followable(v) for v in node.values) else node

    def visit_FormattedValue(self, node: ast.FormattedValue) -> ast.expr:
        node.value = self.visit(node.value)  # its format is a text of its own only in the tree
        return node

    # ------------------------------------------------------------------------------------ assignments

    def visit_Assign(self, node: ast.Assign) -> list[ast.stmt]:
        value = self.visit(node.value)
        if len(node.targets) == 1:
            return self.bind(node.targets[0], value, node)
        held = self.fresh("value")
        result: list[ast.stmt] = [ast.copy_location(ast.Assign([ast.Name(held, ast.Store())], value), node)]
        for target in node.targets:
            result += self.bind(target, ast.copy_location(ast.Name(held, ast.Load()), node), node)
        return result

    def bind(self, target: ast.expr, value: ast.expr, at: ast.AST) -> list[ast.stmt]:
        """The statements that put `value` where `target` says, and tell the hook its name."""
        match target:
            case ast.Name(id=text):
                return [_assign(target, _call("name", _text(text), value, at=at), at)]
            case ast.Attribute(value=owner, attr=attribute):
                text = ast.unparse(target)
                call = _call("attach", _text(text), value, self.visit(owner), _text(self.mangled(attribute)), at=at)
                return [ast.copy_location(ast.Expr(call), at)]
            case ast.Subscript(value=owner, slice=key):
                shown = _owner_text(owner)
                call = _call("put", value, self.visit(owner), _key(self.visit(key)), shown, at=at)
                return [ast.copy_location(ast.Expr(call), at)]
            case ast.Tuple(elts=elements) | ast.List(elts=elements):
                return self.unpack(target, elements, value, at)
            case _:
                return [_assign(target, value, at)]

    def unpack(self, target: ast.expr, elements: Sequence[ast.expr], value: ast.expr, at: ast.AST) -> list[ast.stmt]:
        after: list[ast.stmt] = []
        new: list[ast.expr] = []
        for element in elements:
            inner = element.value if isinstance(element, ast.Starred) else element
            held = inner.id if isinstance(inner, ast.Name) else self.fresh("part")
            after += self.bind(inner, ast.copy_location(ast.Name(held, ast.Load()), at), at)
            name = ast.copy_location(ast.Name(held, ast.Store()), at)
            new.append(ast.Starred(name, ast.Store()) if isinstance(element, ast.Starred) else name)
        return [_assign(ast.copy_location(ast.Tuple(new, ast.Store()), target), value, at), *after]

    def visit_AugAssign(self, node: ast.AugAssign) -> list[ast.stmt]:
        value = self.visit(node.value)
        op = _text(OPERATORS[type(node.op)])
        match node.target:
            case ast.Name(id=text):
                old = ast.Name(text, ast.Load())
                return [_assign(node.target, _call("augment", _text(text), op, old, value, at=node), node)]
            case ast.Attribute(value=owner, attr=attribute):
                text = ast.unparse(node.target)
                call = _call(
                    "augment_attribute", self.visit(owner), _text(self.mangled(attribute)), op, value, _text(text), at=node
                )
            case ast.Subscript(value=owner, slice=key):
                shown = _owner_text(owner)
                call = _call("augment_item", self.visit(owner), _key(self.visit(key)), op, value, shown, at=node)
        return [ast.copy_location(ast.Expr(call), node)]

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.stmt | list[ast.stmt]:
        if node.value is None:
            return node
        alone = ast.AnnAssign(copy.deepcopy(node.target), node.annotation, None, node.simple)
        said = [ast.copy_location(alone, node)] if isinstance(node.target, ast.Name) else []
        return [*said, *self.bind(node.target, self.visit(node.value), node)]

    def mangled(self, attribute: str) -> str:
        """A private attribute's own name, as Python spells it within a class."""
        private = attribute.startswith("__") and not attribute.endswith("__") and self.owner.strip("_")
        return f"_{self.owner.lstrip('_')}{attribute}" if private else attribute

    # ------------------------------------------------------------------------------------ loops

    def visit_For(self, node: ast.For) -> list[ast.stmt]:
        written = copy.deepcopy(node.body)
        loop = self.fresh("loop")
        source = self.visit(node.iter)
        counted = isinstance(node.iter, ast.Call) and isinstance(node.iter.func, ast.Name)
        named = self.name_targets(node.target, counts=counted and node.iter.func.id in ("range", "enumerate", "trange"))  # type: ignore[attr-defined]
        body = self.dual(loop, named + self.block(node.body), written, node)
        each = ast.For(node.target, _call("iterate", _name(loop), source, at=node), body, self.block(node.orelse))
        return [self.start(loop, node), ast.copy_location(each, node), *self.resume(loop, node)]

    def visit_While(self, node: ast.While) -> list[ast.stmt]:
        written = copy.deepcopy(node.body)
        loop = self.fresh("loop")
        begin: ast.stmt = ast.Expr(_call("begin", _name(loop), at=node))
        cut = ast.If(ast.Attribute(_name(loop), "cut", ast.Load()), [ast.Break()], [])
        body = [begin, cut, *self.dual(loop, self.block(node.body), written, node)]
        each = ast.While(self.visit(node.test), body, self.block(node.orelse))
        end = ast.Expr(_call("end", _name(loop), at=node))
        statements: list[ast.stmt] = [self.start(loop, node), each, end, *self.resume(loop, node)]
        return [ast.copy_location(s, node) for s in statements]

    def start(self, loop: str, at: ast.AST) -> ast.stmt:
        line = ast.Constant(getattr(at, "lineno", 0))
        return _assign(ast.Name(loop, ast.Store()), _call("loop", line, at=at), at)

    def dual(self, loop: str, traced: list[ast.stmt], written: list[ast.stmt], at: ast.AST) -> list[ast.stmt]:
        on = ast.Attribute(_name(loop), "on", ast.Load())
        both = ast.If(
            on,
            [*self.rename_all(loop, "entering", "enter", at), *traced],
            [*self.rename_all(loop, "leaving", "leave", at), *written],
        )
        return [ast.copy_location(both, at)]

    def resume(self, loop: str, at: ast.AST) -> list[ast.stmt]:
        return self.rename_all(loop, "resumed", "enter", at)

    def rename_all(self, loop: str, flag: str, hook: str, at: ast.AST) -> list[ast.stmt]:
        """`if loop.flag:` every name of this scope goes through the hook, those not bound yet left alone."""
        attempts: list[ast.stmt] = []
        for text in self.names:
            bind = _assign(ast.Name(text, ast.Store()), _call(hook, _text(text), _name(text), at=at), at)
            handler = ast.ExceptHandler(_name("NameError"), None, [ast.Pass()])
            attempts.append(ast.Try([bind], [handler], [], []))
        test = ast.Attribute(_name(loop), flag, ast.Load())
        return [ast.copy_location(ast.If(test, attempts, []), at)] if attempts else []

    def name_targets(self, target: ast.expr, *, counts: bool) -> list[ast.stmt]:
        """After each step of a loop: its variables get their names; the counts of `range` and `enumerate` stay plain."""
        hook = "name_counted" if counts else "name_element"
        return [
            _assign(ast.Name(n.id, ast.Store()), _call(hook, _text(n.id), _name(n.id), at=target), target)
            for n in ast.walk(target)
            if isinstance(n, ast.Name)
        ]

    # ------------------------------------------------------------------------------------ scopes

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.stmt:
        return self.function(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.stmt:
        return node  # nobody awaits a neural network

    def function(self, node: ast.FunctionDef) -> ast.stmt:
        arguments = [a.arg for a in _all_arguments(node.args)]
        declared = [s for s in _own_statements(node.body) if isinstance(s, (ast.Global, ast.Nonlocal))]
        body = _without(node.body, declared)
        written = copy.deepcopy(body)
        document: list[ast.stmt] = []
        if body and isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
            document, body, written = [body[0]], body[1:], written[1:]
        inner = _Instrumenter(tuple(dict.fromkeys((*_names_of(node.body), *arguments))), self.owner)
        traced: list[ast.stmt] = [
            _assign(ast.Name(a, ast.Store()), _call("argument", _text(a), _name(a), at=node), node) for a in arguments
        ]
        traced += inner.block(body)
        self.counter += inner.counter
        if not any(isinstance(n, (ast.Yield, ast.YieldFrom)) for s in node.body for n in ast.walk(s)):
            push = ast.Expr(_call("push", _text(node.name), at=node))
            pop = ast.Expr(_call("pop", at=node))
            traced = [push, ast.Try(traced or [ast.Pass()], [], [], [pop])]
        dual = ast.If(ast.Attribute(_name(HOOK), "on", ast.Load()), traced, written or [ast.Pass()])
        node.args.defaults = [self.visit(d) for d in node.args.defaults]
        node.args.kw_defaults = [self.visit(d) if d else None for d in node.args.kw_defaults]
        node.body = [ast.copy_location(s, node) for s in [*document, *declared, dual]]
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.stmt:
        inner = _Instrumenter(owner=node.name)
        node.body = inner.block(node.body)
        self.counter += inner.counter
        return node


# ---------------------------------------------------------------------------------------- small builders


def _followable(piece: ast.expr) -> bool:
    return isinstance(piece, ast.FormattedValue)


def _hook(method: str) -> ast.expr:
    return ast.Attribute(_name(HOOK), method, ast.Load())


def _name(text: str) -> ast.Name:
    return ast.Name(text, ast.Load())


def _owner_text(owner: ast.expr) -> ast.expr:
    """What holds the item that is stored into, as text: `weights[1]` for `weights[i][j]` where i is 1."""
    indices: list[ast.expr] = []
    inner = owner
    while isinstance(inner, ast.Subscript) and isinstance(inner.slice, (ast.Name, ast.Constant)):
        indices.append(inner.slice)
        inner = inner.value
    if not any(isinstance(i, ast.Name) for i in indices):
        return _text(ast.unparse(owner))
    pieces: list[ast.expr] = [ast.Constant(ast.unparse(inner))]
    for index in reversed(indices):
        shown = ast.FormattedValue(copy.deepcopy(index), ord("r"), None)
        pieces += [ast.Constant("["), shown, ast.Constant("]")]
    return ast.JoinedStr(pieces)


def _text(text: str) -> ast.Constant:
    return ast.Constant(text)


def _call(method: str, *arguments: ast.expr, at: ast.AST) -> ast.expr:
    return ast.copy_location(ast.Call(_hook(method), list(arguments), []), at)


def _assign(target: ast.expr, value: ast.expr, at: ast.AST) -> ast.stmt:
    return ast.copy_location(ast.Assign([target], value), at)


def _key(key: ast.expr) -> ast.expr:
    """A subscript as an expression: slices become calls of `slice`."""
    match key:
        case ast.Slice(lower=lower, upper=upper, step=step):
            parts: list[ast.expr] = [part or ast.Constant(None) for part in (lower, upper, step)]
            return ast.copy_location(ast.Call(_hook("slice"), parts, []), key)
        case ast.Tuple(elts=elements):
            return ast.copy_location(ast.Tuple([_key(e) for e in elements], ast.Load()), key)
        case _:
            return key


def _all_arguments(arguments: ast.arguments) -> Iterable[ast.arg]:
    return [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]


def _own_statements(body: Sequence[ast.stmt]) -> Iterable[ast.AST]:
    """Every node of these statements that is not inside a function or class of its own."""
    waiting: list[ast.AST] = list(body)
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, OWN_SCOPE):
            waiting.extend(ast.iter_child_nodes(node))


def _names_of(body: Sequence[ast.stmt]) -> tuple[str, ...]:
    """The names this scope binds, in the order they appear; a comprehension's own are not among them."""
    bound = (n.id for n in _own_statements(body) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store))
    return tuple(dict.fromkeys(bound))


class _Remover(ast.NodeTransformer):
    def __init__(self, gone: Sequence[ast.AST]) -> None:
        self.gone = {id(node) for node in gone}

    def visit(self, node: ast.AST) -> ast.AST:
        return ast.copy_location(ast.Pass(), node) if id(node) in self.gone else self.generic_visit(node)


def _without(body: Sequence[ast.stmt], gone: Sequence[ast.AST]) -> list[ast.stmt]:
    remover = _Remover(gone)
    return [remover.visit(s) for s in body]  # type: ignore[misc]
