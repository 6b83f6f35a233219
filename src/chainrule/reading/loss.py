"""Finding the loss: by its name, by what it computes, and last by its place."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Sequence
from math import prod

import numpy as np

from chainrule.errors import AskError, NoLoss, ReadError
from chainrule.graph.reach import ancestors, descendants, made_with
from chainrule.graph.records import Graph, Node
from chainrule.reading.measures import error_measures
from chainrule.reading.named_losses import loss_given_back
from chainrule.reading.names import DERIVATIVE_FORMS, LOSS, PENALTY_TERM, STRONG_LOSS, last, reads_as_derivative, reads_as_loss
from chainrule.reading.same_data import of_the_steps
from chainrule.reading.sources import never_read
from chainrule.reading.told_losses import told_losses
from chainrule.reading.trace import Trace
from chainrule.reading.updates import Update
from chainrule.reading.views import root

BY_NAME = "its name"
COMPUTES = "what it computes"
LAST_NUMBER = "nothing but that it is the last number that the parameters reach"
FLAT = ("to_int", "argmax", "argmin", "floor", "ceil", "round", "sign", "floor_divide")  # nothing is learned through these
ACTIVATIONS = ("maximum", "where", "exp", "tanh", "call")
CHANGE = re.compile(r"(^|_)(change|diff(erence)?|delta|improvement|gain)(_|$)", re.I)
NO_LOSS = ("input", "constant", "count", *FLAT, "remainder")


def find_loss(trace: Trace, start: int, stop: int, of: str | None, updates: Sequence[Update]) -> tuple[int, str]:
    """The scalar that the program makes small, as a node, and why it is thought to be.

    Raises:
        AskError: no number could be the loss, several could, or `of` is none.
    """
    nodes = trace.graph.nodes
    if of is not None:
        return _named_loss(trace, of, start, stop, updates)
    asked = [i for i in trace.differentiated if start <= i < stop]
    if asked:
        return asked[-1], "the program differentiates it"
    measures = _measures(trace)
    candidates = loss_candidates(trace, start, stop, updates)
    if all(_loss_score(nodes, measures, i)[0] == 0 or _forgotten(trace, measures, i) for i in candidates):
        after = loss_candidates(trace, start, stop, updates, after=True)
        least = max((_loss_score(nodes, measures, i)[0] for i in candidates), default=1)
        named = [i for i in after if _loss_score(nodes, measures, i)[0] > max(least, 1)]
        elsewhere = [] if candidates else loss_candidates(trace, 0, len(nodes), updates)
        elsewhere = [i for i in elsewhere if not any(_same_name(nodes, i, j) for j in after)]
        candidates = (named if candidates else elsewhere) or candidates or after
    if not candidates and (seeded := _seeded(trace)) is not None:
        return seeded, "its own derivative is set to 1"
    if not candidates:
        _stopped(trace)
        raise NoLoss(f"{trace.program.path}: {_why_none(trace)}")
    candidates = _of_what_is_learned(trace, measures, candidates, [u for u in updates if start <= u.new < stop])
    best = max(candidates, key=lambda i: _loss_score(nodes, measures, i))
    best = _measured(nodes, candidates, _whole(trace.graph, measures, candidates, best))
    seeded = _seeded(trace)
    if seeded is not None and _loss_score(nodes, measures, best)[0] < 3:
        return seeded, "its own derivative is set to 1"
    best = _one_of_several(trace, candidates, best)
    versions = [i for i in candidates if _same_name(nodes, i, best)]
    node = _finished(trace.graph, sorted(versions), updates) if not trace.passes else _fresh(trace, versions, best, updates)
    while nodes[node].op == "alias" and nodes[nodes[node].inputs[0]].name is not None:
        node = nodes[node].inputs[0]  # err_old = err: the value's own name
    if trace.passes:
        node = _fresh(trace, [i for i in candidates if _same_name(nodes, i, node)], node, updates)
        node = _of_this_batch(nodes, node)
    strength = _loss_score(nodes, measures, best)[0]
    why = LAST_NUMBER if strength == 0 else COMPUTES if strength == 1 else BY_NAME
    ends = activations_of(trace.graph, node).intersection(candidates) if why == COMPUTES else set[int]()
    if ends:
        return max(ends), LAST_NUMBER
    return node, why


def _of_this_batch(nodes: Sequence[Node], node: int) -> int:
    """The loss of a batch, where a sum that is only shown adds it up: `epoch_loss += cost * len(batch)`."""
    whole = nodes[node]
    if whole.op != "add" or whole.name is None:
        return node
    for earlier, added in (whole.inputs, whole.inputs[::-1]):
        name = nodes[root(nodes, earlier)].name
        row = nodes[added]
        if name is None or name.text != whole.name.text or row.op != "multiply":
            continue
        for held, number in (row.inputs, row.inputs[::-1]):
            cost = nodes[root(nodes, held)]
            if nodes[root(nodes, number)].op == "count" and cost.name is not None and reads_as_loss(cost.name.text):
                return root(nodes, held)
    return node


def activations_of(graph: Graph, i: int) -> set[int]:
    """What is made of a value through an activation: then the value is the middle of a network, and no loss."""
    made, found = {i}, set[int]()
    for k in range(i + 1, len(graph.nodes)):
        node = graph.nodes[k]
        if not made.isdisjoint(node.inputs):
            made.add(k)
            if node.op in ACTIVATIONS or not found.isdisjoint(node.inputs):
                found.add(k)
    return found


def _measures(trace: Trace) -> list[int]:
    """How much each value is made as losses are; 3 for what a function with a loss's name gave back, or the program's words say."""
    nodes = trace.graph.nodes
    found = error_measures(nodes)
    told = told_losses(trace.program)
    for i, node in enumerate(nodes):
        if found[i] == 2 and node.name is not None and node.name.text in told and not reads_as_derivative(node.name.text):
            found[i] = 3
    for call in trace.calls:
        if (given := loss_given_back(call)) is not None:
            found[given] = 3
    return found


def _of_what_is_learned(trace: Trace, measures: Sequence[int], candidates: list[int], updates: Sequence[Update]) -> list[int]:
    """Of candidates that read as the loss equally well, those made as the steps are: not one of test data beside them."""
    nodes = trace.graph.nodes
    scores = {i: _loss_score(nodes, measures, i)[0] for i in candidates}
    best = [i for i in candidates if scores[i] == max(scores.values())]
    if not updates or all(_same_name(nodes, i, best[0]) for i in best):
        return candidates
    mine = of_the_steps(trace.graph, best, updates)
    others = [i for i in best if not any(_same_name(nodes, i, j) for j in mine)]
    return [i for i in candidates if i not in others] if mine else candidates


def _forgotten(trace: Trace, measures: Sequence[int], i: int) -> bool:
    """Whether a candidate of no telling name is computed and then asked for nowhere."""
    name = trace.graph.nodes[i].name
    weak = _loss_score(trace.graph.nodes, measures, i)[0] < 3
    return weak and name is not None and never_read(trace.program, name.text)


def _fresh(trace: Trace, versions: Sequence[int], best: int, updates: Sequence[Update]) -> int:
    """The version of the loss that no update of its pass went into, where there is one."""
    news = {u.new for u in updates}
    stepped = descendants(trace.graph, news)
    if best not in stepped:
        return best
    fresh = [i for i in versions if i not in stepped]
    return fresh[-1] if fresh else best


def _stopped(trace: Trace) -> None:
    """Where a program stopped for a module or a file that is missing, that is why there is no loss.

    Raises:
        ReadError: it did.
    """
    raised = trace.raised
    advice = {"ModuleNotFoundError": "Install it.", "ImportError": "Install it.", "FileNotFoundError": "Put the file there."}
    if raised is not None and raised.kind in advice:
        where = f"{trace.program.path}: no loss was found before it stopped at {raised.source!r}: `{raised.line}`"
        raise ReadError(f"{where}: {raised.message.rstrip('.')}. {advice[raised.kind]}")


def needs_modules(trace: Trace) -> None:
    """Where a program has no loss and went on without a module that is missing, that may be why.

    Raises:
        ReadError: it did.
    """
    missing = _left_out(trace)
    if missing and trace.raised is None and not _only_defines(trace):
        raise ReadError(f"{trace.program.path}: no loss was found. {' '.join(missing)} Install it.")


def _left_out(trace: Trace) -> list[str]:
    """What is said of modules that are missing, and went on without."""
    return [n for n in trace.notices if n.startswith("No module named") and n.endswith("left out.")]


def _only_defines(trace: Trace) -> bool:
    return bool(trace.defined) and not trace.calls and trace.raised is None and not _cut_short(trace)


def _cut_short(trace: Trace) -> str:
    """Where the program was stopped when its time was used up, "" where it was not."""
    return next((n for n in trace.notices if "the program was stopped" in n), "")


def _why_none(trace: Trace) -> str:
    """Why no loss was found, and what to do about it."""
    raised = trace.raised
    if stopped := _cut_short(trace):
        return f"no loss was found before it was stopped. {stopped}"
    if _only_defines(trace):
        some = ", ".join(trace.defined[:6]) + (", …" if len(trace.defined) > 6 else "")
        missing = "".join(f" {n}" for n in _left_out(trace))  # what calls them may be in there
        return f'it only defines {some}, and nothing calls them. Say what to run with --call "CODE", such as --call "{trace.defined[0]}(…)".{OFFER}{missing}'
    names = sorted({b.name.text for b in trace.bindings})
    some = ", ".join(names[:8]) or "none"
    skipped = next((f" In {n}" for n in trace.notices if n.endswith("The cell is skipped.")), "")
    before = next((f" The program stopped early: {n}" for n in trace.notices if raised and " raised " in n), "")
    if raised and not skipped:
        return f"no loss was found before {raised.told}. Mend that first"
    return (
        "no loss was found: no named number depends on the parameters. Name it with --of NAME, or write it with "
        f'--loss "EXPRESSION" (the program names: {some}{", …" if len(names) > 8 else ""}).{skipped}{before}'
    )


def _seeded(trace: Trace) -> int | None:
    """What a program starts its backward pass from: `dprice = 1` says that price is differentiated, where nothing more is made
    of it than derivatives.
    """
    nodes = trace.graph.nodes
    used = {root(nodes, s) for n in nodes if n.op == "subtract" for s in n.inputs}
    computed = {
        last(b.name.text): b.node for b in trace.bindings if nodes[b.node].op != "input" and prod(nodes[b.node].shape) == 1
    }
    for binding in trace.bindings:
        if (
            nodes[binding.node].op != "input"
            or binding.observed is None
            or np.size(binding.observed) != 1
            or float(np.ravel(binding.observed)[0]) != 1
        ):
            continue
        forms = (form.match(last(binding.name.text)) for form in DERIVATIVE_FORMS)
        for match in forms:
            found = computed.get(match["wrt"]) if match and "of" not in match.groupdict() else None
            if found is not None and found < binding.node and root(nodes, found) not in used:
                return found
    return None


def _measured(nodes: Sequence[Node], candidates: Sequence[int], best: int) -> int:
    """A root of another candidate only shows it in other units: `rmse = loss ** 0.5`."""
    exponent = nodes[nodes[best].inputs[1]].attributes.get("value", 1) if nodes[best].op == "power" else 0.5
    if nodes[best].op in ("sqrt", "power") and np.ndim(exponent) == 0 and exponent < 1:
        inner = root(nodes, nodes[best].inputs[0])
        if inner in candidates:
            return inner
    return best


def _whole(graph: Graph, measures: Sequence[int], candidates: Sequence[int], best: int) -> int:
    """A penalty on the weights is a term of the loss: what it is added to, where that has a name."""
    name = graph.nodes[best].name
    if name is None or not PENALTY_TERM.search(last(name.text)):
        return best
    made_of = descendants(graph, [best])
    wholes = [
        i for i in candidates
        if i in made_of and (n := graph.nodes[i].name) and not PENALTY_TERM.search(last(n.text))
    ]  # fmt: skip
    return max(wholes, key=lambda i: _loss_score(graph.nodes, measures, i), default=best)


def candidates_of_equal_strength(trace: Trace, start: int, stop: int, updates: Sequence[Update], best: int) -> list[int]:
    """The values of a pass that read as the loss as well as `best` does, by name or by what they compute."""
    nodes = trace.graph.nodes
    measures = _measures(trace)
    strength = _loss_score(nodes, measures, best)[0]
    found = loss_candidates(trace, start, stop, updates)
    return [i for i in found if i != best and strength > 1 and _loss_score(nodes, measures, i)[0] == strength]


def versions_of(trace: Trace, loss: int) -> list[int]:
    """Every version of the loss, in the order of the program."""
    nodes = trace.graph.nodes
    return [i for i, n in enumerate(nodes) if n.op not in ("input", "constant") and n.name and _same_name(nodes, i, loss)]


def _finished(graph: Graph, versions: Sequence[int], updates: Sequence[Update]) -> int:
    """The first version of the loss; where the next ones are made of it (`loss = loss / m`), the last of them."""
    stepped = frozenset(u.new for u in updates)
    made = made_with(graph, versions, stepped)
    for k, later in enumerate(versions[1:]):
        if not made[later] >> k & 1:
            return versions[k]
    return versions[-1]


def _one_of_several(trace: Trace, candidates: Sequence[int], best: int) -> int:
    """A loss that is one entry of a list, beside others that could as well be: what is made of them all, `np.sum(squares) / n`.

    Raises:
        AskError: nothing is, and which of them is the loss cannot be known.
    """
    nodes = trace.graph.nodes
    mine = name.text if (name := nodes[best].name) else ""
    family = mine.partition("[")[0]
    alike = {n.text for i in candidates if (n := nodes[i].name) and n.text.startswith(f"{family}[")}
    if "[" in mine and len(alike) > 1:
        entries = {i for i in candidates if (n := nodes[i].name) and n.text in alike}
        for whole in candidates:
            if whole not in entries and entries <= ancestors(trace.graph, [whole]):
                return whole
        raise AskError(
            f"{trace.program.path}: several numbers could be the loss: {', '.join(sorted(alike)[:6])}. Name one with --of, "
            "or give their sum a name in the program."
        )
    return best


def loss_candidates(trace: Trace, start: int, stop: int, updates: Sequence[Update], *, after: bool = False) -> list[int]:
    """Named scalars that depend on a leaf without crossing an update (or `after` one), by the order of the program."""
    nodes = trace.graph.nodes
    news = {u.new for u in updates}
    steps = set(ancestors(trace.graph, [u.step for u in updates], frozenset(news))) if updates else set()
    stepped = {root(nodes, u.old) for u in updates}
    found: list[int] = []
    flat = {i for i, n in enumerate(nodes) if n.op in FLAT or (n.dtype == "bool" and n.op != "guard")} if stepped else set()
    apart = of_quotients(trace)
    reach = descendants(trace.graph, stepped, flat if after else flat | news) if stepped else None
    for i in range(start, min(stop, len(nodes))):
        node = nodes[i]
        if node.name is None or node.dtype == "bool" or prod(node.shape) != 1 or i in news or node.op in NO_LOSS:
            continue
        if node.op == "alias" and nodes[root(nodes, i)].op in NO_LOSS:
            continue
        if node.op in ("subtract", "absolute", "divide") and CHANGE.search(last(node.name.text)):
            continue  # change_cost = old_cost - cost ends a loop
        if reads_as_derivative(node.name.text) or _smooths(nodes, i) or i in apart:
            continue
        if reach is not None and i not in reach:
            continue
        if i in steps and not reads_as_loss(node.name.text) and not _squares(nodes, i):
            continue
        found.append(i)
    return found


OFFER = " --try calls what goes backward on small generated data."
NEAR = 0.02  # how far apart values are taken for a difference quotient, at most


def of_quotients(trace: Trace) -> set[int]:
    """The values of which a difference quotient is made, `(up - down) / (2 * h)`: what a loss was nearby, and none itself."""
    nodes = trace.graph.nodes
    found: set[int] = set()
    for node in nodes:
        if node.op == "divide" and not node.shape and nodes[node.inputs[0]].op == "subtract":
            value = trace.values[node.inputs[1]]
            if np.ndim(value) == 0 and 0 < abs(float(value)) <= NEAR:
                found |= {root(nodes, i) for i in nodes[node.inputs[0]].inputs}
    return found | {i for i, n in enumerate(nodes) if n.op == "alias" and root(nodes, i) in found}


def _smooths(nodes: Sequence[Node], i: int) -> bool:
    """Whether a value is a running average of others, for showing: `smooth = 0.999 * smooth + 0.001 * loss`."""
    name = nodes[i].name
    if name is None or nodes[i].op != "add":
        return False
    for term in nodes[i].inputs:
        if nodes[term].op == "multiply":
            for factor in nodes[term].inputs:
                old = nodes[factor].name
                if old is not None and (old.text, old.scope) == (name.text, name.scope):
                    return True
    return False


def _squares(nodes: Sequence[Node], i: int) -> bool:
    return nodes[i].op in ("power", "sum", "mean", "negative", "divide", "multiply")


def _loss_score(nodes: Sequence[Node], measures: Sequence[int], i: int) -> tuple[int, int, int, int]:
    """How strong the evidence is: 3 a telling name, 2 a name that may mean a loss, 1 what it computes, 0 none."""
    name = nodes[i].name
    assert name is not None
    text = last(name.text)
    telling = STRONG_LOSS.search(text) or text == "J" or measures[i] == 3
    strength = 3 if telling else 2 if LOSS.search(text) and measures[i] == 2 else min(measures[i], 1)
    return (strength, "[" not in name.text, bool(re.search(r"total", text, re.I)), i)


def _same_name(nodes: Sequence[Node], i: int, j: int) -> bool:
    a, b = nodes[i].name, nodes[j].name
    return a is not None and b is not None and (a.text, a.scope) == (b.text, b.scope)


def _named_loss(trace: Trace, of: str, start: int, stop: int, updates: Sequence[Update]) -> tuple[int, str]:
    node = find_name(trace, of, start, stop)
    if "#" not in of and trace.passes:
        versions = [i for i in range(start, stop) if trace.graph.nodes[i].name and _same_name(trace.graph.nodes, i, node)]
        node = _fresh(trace, versions, node, updates)
    if prod(trace.graph.nodes[node].shape) != 1:
        raise AskError(f"`{of}` has shape {trace.graph.nodes[node].shape}; a derivative is taken of one number.")
    if trace.graph.nodes[node].op in ("input", "constant"):
        raise AskError(f"`{of}` is a number that the program was given, and a derivative is taken of what is computed.")
    return node, "given"


def find_name(trace: Trace, text: str, start: int = 0, stop: int | None = None, among: Collection[int] = frozenset()) -> int:
    """The node a name holds (its last version in the pass, and one of `among` if there is one; `name#2` asks for the second).

    Raises:
        AskError: the program has no such name; the message holds near ones.
    """
    stop = len(trace.graph.nodes) if stop is None else stop
    wanted, _, version = text.partition("#")
    matching = [
        b for b in trace.bindings
        if wanted in (b.name.text, f"{b.name.scope}.{b.name.text}") and (not version or str(b.name.version) == version)
    ]  # fmt: skip
    inside = [b for b in matching if b.node in among] if not version else []
    inside = inside or [b for b in matching if start <= b.node < stop] or [b for b in matching if b.node < stop] or matching
    if inside:
        return ([b for b in inside if not b.name.scope or b.name.scope in text] or inside)[-1].node
    names = list(dict.fromkeys(b.name.text for b in trace.bindings))
    close = difflib.get_close_matches(wanted, names, 3)
    hint = f"Did you mean {', '.join(close)}?" if close else f"It names: {', '.join(names[:12])}."
    raise AskError(f"the program has no value named `{text}`. {hint}")
