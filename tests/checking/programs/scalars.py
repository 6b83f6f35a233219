"""Programs on plain numbers: every weight has a name, and every derivative a line of its own."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from checking.programs.activations import IDENTITY, Activation, choose_scalar
from checking.programs.plans import CLAIM_NAMES, RATES, Layout, Leaf, Plan
from checking.programs.slots import Option, Slot, Step, render, slot


@dataclass(frozen=True)
class Net:
    """What was chosen of a network. Units are (layer, number); layer 0 holds the inputs."""

    rng: Random
    sizes: tuple[int, ...]
    activations: tuple[Activation, ...]
    loss: str
    ridge: bool
    shown: dict[str, str]
    layout: Layout
    rebound: bool

    @property
    def depth(self) -> int:
        return len(self.sizes) - 1

    def sum(self, layer: int, unit: int) -> str:
        return self.shown[f"z{layer}_{unit}"]

    def output(self, layer: int, unit: int) -> str:
        return self.shown[self.key(layer, unit)]

    def key(self, layer: int, unit: int) -> str:
        if layer == 0:
            return f"x{unit}"
        return f"{'z' if self.activations[layer - 1].name == 'identity' else 'h'}{layer}_{unit}"

    def weight(self, layer: int, unit: int, source: int) -> str:
        return self.shown[f"w{layer}_{unit}_{source}"]

    def claim(self, name: str) -> str:
        return self.layout.claim_name.format(self.shown[name])


def scalar_plan(rng: Random) -> Plan:
    net = _choose(rng)
    forward: list[Step] = []
    pre: list[str] = []
    for layer in range(1, net.depth + 1):
        activation = net.activations[layer - 1]
        for unit in range(net.sizes[layer]):
            terms = [_term(net, layer, unit, source) for source in range(net.sizes[layer - 1])]
            key = f"z{layer}_{unit}"
            forward.append(Step(key, net.shown[key], slot(" + ".join([*terms, net.shown[f"c{layer}_{unit}"]]))))
            if activation.name in ("relu", "leaky"):
                pre.append(key)
            if activation.name != "identity":
                forward.append(Step(f"h{layer}_{unit}", net.shown[f"h{layer}_{unit}"], slot(activation.value(net.shown[key]))))
    leaves = [Leaf(f"x{i}", (), "input") for i in range(net.sizes[0])]
    leaves += [Leaf(f"t{i}", (), "target") for i in range(net.sizes[-1])]
    for layer in range(1, net.depth + 1):
        for unit in range(net.sizes[layer]):
            leaves += [Leaf(f"w{layer}_{unit}_{source}", (), "parameter") for source in range(net.sizes[layer - 1])]
            leaves.append(Leaf(f"c{layer}_{unit}", (), "parameter"))
    staged = not net.rebound and (net.depth == 3 or net.rng.random() < 0.5)
    preamble = ["import math", *dict.fromkeys(t for a in net.activations for t in a.preamble)]
    return Plan(
        tuple(leaves), tuple(preamble), tuple(forward), (Step("loss", "loss", slot(_loss(net))),),
        tuple(_staged(net) if staged else _inline(net)), net.shown, net.layout, tuple(pre),
        all(a.name != "leaky" for a in net.activations), ("lam = 0.1",) if net.ridge else (),
        "0/1" if net.loss == "bce" else "real", False, net.key(net.depth, 0),
    )  # fmt: skip


def _term(net: Net, layer: int, unit: int, source: int) -> str:
    w, x = net.weight(layer, unit, source), net.output(layer - 1, source)
    return f"{x} * {w}" if net.shown["_"] == "x first" else f"{w} * {x}"


def _choose(rng: Random) -> Net:
    depth = rng.choice([1, 2, 2, 2, 3])
    sizes = (
        [2]
        + [rng.choice([1, 2, 2, 3]) if depth == 2 else rng.choice([1, 2]) for _ in range(depth - 1)]
        + [rng.choice([1, 1, 2])]
    )
    loss = rng.choice(["squared", "squared", "half", "mean", "bce"])
    rebound = rng.random() < 0.15 and depth < 3
    hidden = rng.choice(["relu", "relu", "sigmoid", "tanh", "leaky", "identity"] + ["softplus"] * (not rebound))
    last = "sigmoid" if loss == "bce" else rng.choice(["identity", "relu", "sigmoid", "tanh", "identity"])
    inner, final = (IDENTITY if n == "identity" else choose_scalar(n, rng, rebound) for n in (hidden, last))
    container = rng.choice(["flat", "flat", "flat", "rows", "functions"])
    epochs = rng.choice([0, 3]) if container != "functions" else 0
    updating = rng.choice(["in place", "rebound", "none"] + ["new"] * (container == "flat" and not epochs))
    if (epochs or container == "rows") and updating == "none":
        updating = "rebound"
    layout = Layout(
        container, updating, epochs, rng.random() < 0.25, rng.choice(RATES), rng.choice([0.01, 0.1]), rng.choice(CLAIM_NAMES),  # type: ignore[arg-type]
        rng.randint(0, 3),
    )  # fmt: skip
    return Net(
        rng,
        tuple(sizes),
        (*[inner] * (depth - 1), final),
        loss,
        rng.random() < 0.15,
        _names(rng, sizes, rebound),
        layout,
        rebound,
    )


def _names(rng: Random, sizes: list[int], rebound: bool) -> dict[str, str]:
    long = rng.random() < 0.5
    shown = {"_": rng.choice(["x first", "w first"])}
    shown |= {f"x{i}": f"input{i + 1}" if long else f"x{i + 1}" for i in range(sizes[0])}
    target = "true_value" if long else rng.choice(["y", "target"])
    many = sizes[-1] > 1
    shown |= {f"t{i}": f"{target}{i + 1 if many else ''}" for i in range(sizes[-1])}
    node = weight = 0
    for layer in range(1, len(sizes)):
        for unit in range(sizes[layer]):
            node += 1
            for source in range(sizes[layer - 1]):
                weight += 1
                shown[f"w{layer}_{unit}_{source}"] = f"w{weight}"
            shown[f"c{layer}_{unit}"] = f"bias{node}" if long else f"b{node}"
            shown[f"z{layer}_{unit}"] = (
                (f"node_{node}_output" if rebound else f"node_{node}_sum") if long else f"h{node}" if rebound else f"z{node}"
            )
            shown[f"h{layer}_{unit}"] = f"node_{node}_output" if long else f"h{node}"
    return shown


def _loss(net: Net) -> str:
    pairs = [(net.output(net.depth, k), net.shown[f"t{k}"]) for k in range(net.sizes[-1])]
    if net.loss == "bce":
        text = " ".join(f"- ({t} * math.log({p}) + (1 - {t}) * math.log(1 - {p}))" for p, t in pairs).replace("- ", "-", 1)
    else:
        text = " + ".join(f"({p} - {t}) ** 2" for p, t in pairs)
        if net.loss == "half":
            text = f"0.5 * ({text})" if net.rng.random() < 0.5 else f"({text}) / 2"
        elif net.loss == "mean":
            text = f"({text}) / {len(pairs)}"
    if net.ridge:
        names = [v for k, v in net.shown.items() if k[0] == "w"]
        text += f" + lam * ({' + '.join(f'{w} ** 2' for w in names)})"
    return text


def _whole(pieces: tuple[Slot | str, ...]) -> Slot:
    wraps = (Option("sign", "-({})"), Option("constant factor", "2 * ({})"), Option("constant factor", "0.5 * ({})"))
    return slot(*pieces, options=wraps)


def _error(net: Net, unit: int) -> Slot:
    p, t = net.output(net.depth, unit), net.shown[f"t{unit}"]
    if net.loss == "bce":
        return slot(f"({p} - {t}) / ({p} * (1 - {p}))", options=(Option("gradient of another loss", f"2 * ({p} - {t})"),))
    factor = {"half": "", "squared": "2 * "}.get(net.loss, f"2 / {net.sizes[-1]} * " if net.sizes[-1] > 1 else "2 * ")
    wrong = [Option("constant factor", f"({p} - {t})"), Option("sign", f"{factor}({t} - {p})")]
    if net.key(net.depth, unit)[0] == "h" and not net.rebound:
        wrong.append(Option("wrong operand", f"{factor}({net.sum(net.depth, unit)} - {t})"))
    for other in range(net.sizes[-1]):
        if other != unit:
            wrong.append(Option("wrong operand", f"{factor}({net.output(net.depth, other)} - {t})"))
    return slot(f"{factor}({p} - {t})", options=tuple(wrong))


def _slope(net: Net, layer: int, unit: int) -> tuple[Slot, ...]:
    z, h, activation = net.sum(layer, unit), net.output(layer, unit), net.activations[layer - 1]
    if not activation.slope:
        return ()
    options = list(activation.options(z, h))
    for other in range(net.sizes[layer]):
        if other != unit:
            text = activation.derivative(net.sum(layer, other), net.output(layer, other))
            options.append(Option("wrong operand", f" * {text}"))
    return (slot(f" * {activation.derivative(z, h)}", options=tuple(options)),)


def _added(terms: list[Slot]) -> Slot:
    if len(terms) == 1:
        return terms[0]
    pieces: list[Slot | str] = ["(", terms[0]]
    for term in terms[1:]:
        pieces += [" + ", term]
    left = [Option("a use left out", "(" + " + ".join(render(t, {}) for t in terms if t is not gone) + ")") for gone in terms]
    return slot(*pieces, ")", options=tuple(left))


def _weight(net: Net, layer: int, unit: int, source: int) -> Slot:
    w = net.weight(layer, unit, source)
    options = []
    for other in range(net.sizes[layer - 1]):
        if other != source:
            options.append(Option("wrong operand", f" * {net.weight(layer, unit, other)}"))
    if net.layout.updating != "none" and not net.ridge:
        options.append(
            Option(
                "already updated",
                f" * new_{w}" if net.layout.updating == "new" else f" * {w}",
                needs=f"w{layer}_{unit}_{source}",
            )
        )
    return slot(f" * {w}", options=tuple(options))


def _source(net: Net, layer: int, unit: int, source: int) -> Slot:
    """What a weight is multiplied with."""
    options = [Option("wrong operand", f" * {net.output(layer - 1, o)}") for o in range(net.sizes[layer - 1]) if o != source]
    if layer > 1 and net.key(layer - 1, source)[0] == "h" and not net.rebound:
        options.append(Option("wrong operand", f" * {net.sum(layer - 1, source)}"))
    return slot(f" * {net.output(layer - 1, source)}", options=tuple(options))


def _ridge(net: Net, w: str) -> tuple[Slot, ...]:
    return (
        (slot(f" + 2 * lam * {w}", options=(Option("a use left out", ""), Option("constant factor", f" + lam * {w}"))),)
        if net.ridge
        else ()
    )


def _up(net: Net, layer: int, unit: int) -> Slot:
    """The derivative by a sum, written out."""
    if layer == net.depth:
        if net.loss == "bce":
            p, t = net.output(layer, unit), net.shown[f"t{unit}"]
            return slot(f"({p} - {t})", options=(Option("gradient of another loss", f"2 * ({p} - {t}) * {p} * (1 - {p})"),))
        error, z, t = _error(net, unit), net.sum(layer, unit), net.shown[f"t{unit}"]
        identity = next((o.text for o in error.options if o.kind == "wrong operand" and f"({z} - {t})" in o.text), "")
        whole = (Option("activation treated as the identity", identity),) if identity and net.activations[-1].slope else ()
        return slot(error, *_slope(net, layer, unit), options=whole)
    terms = [slot(_up(net, layer + 1, k), _weight(net, layer + 1, k, unit)) for k in range(net.sizes[layer + 1])]
    return slot(_added(terms), *_slope(net, layer, unit))


def _inline(net: Net) -> list[Step]:
    steps: list[Step] = []
    layers = list(range(1, net.depth + 1))
    if net.layout.soon or net.rng.random() < 0.5:
        layers.reverse()
    for layer in layers:
        for unit in range(net.sizes[layer]):
            for source in range(net.sizes[layer - 1]):
                key = f"w{layer}_{unit}_{source}"
                pieces = (_up(net, layer, unit), _source(net, layer, unit, source), *_ridge(net, net.shown[key]))
                steps.append(Step(f"d{key}", net.claim(key), _whole(pieces), key))
            key = f"c{layer}_{unit}"
            steps.append(Step(f"d{key}", net.claim(key), _whole((_up(net, layer, unit),)), key))
    return steps


def _staged(net: Net) -> list[Step]:
    steps: list[Step] = []
    for layer in range(net.depth, 0, -1):
        for unit in range(net.sizes[layer]):
            z, h = f"z{layer}_{unit}", net.key(layer, unit)
            if layer == net.depth:
                incoming: Slot = _error(net, unit)
            else:
                incoming = _added(
                    [
                        slot(net.claim(f"z{layer + 1}_{k}"), _weight(net, layer + 1, k, unit))
                        for k in range(net.sizes[layer + 1])
                    ]
                )
            if h != z:
                steps.append(Step(f"d{h}", net.claim(h), _whole((incoming,)), h))
                incoming = slot(net.claim(h), *_slope(net, layer, unit))
            steps.append(Step(f"d{z}", net.claim(z), _whole((incoming,)), z))
        for unit in range(net.sizes[layer]):
            error = net.claim(f"z{layer}_{unit}")
            others = [net.claim(f"z{layer}_{o}") for o in range(net.sizes[layer]) if o != unit]
            for source in range(net.sizes[layer - 1]):
                key = f"w{layer}_{unit}_{source}"
                wrong = tuple(Option("wrong operand", o) for o in others)
                if net.activations[layer - 1].slope:
                    wrong += (Option("activation's derivative left out", net.claim(net.key(layer, unit))),)
                pieces = (slot(error, options=wrong), _source(net, layer, unit, source), *_ridge(net, net.shown[key]))
                steps.append(Step(f"d{key}", net.claim(key), _whole(pieces), key))
            key = f"c{layer}_{unit}"
            steps.append(
                Step(
                    f"d{key}",
                    net.claim(key),
                    _whole((slot(error, options=tuple(Option("wrong operand", o) for o in others)),)),
                    key,
                )
            )
    return steps
