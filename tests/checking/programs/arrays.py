"""Programs on NumPy arrays: a batch in rows or in columns, one to three layers."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from checking.programs.activations import IDENTITY, Activation, choose_array, choose_softmax
from checking.programs.plans import CLAIM_NAMES, RATES, Layout, Leaf, Plan, Targets
from checking.programs.slots import Option, Slot, Step, slot


@dataclass(frozen=True)
class Net:
    """What was chosen of a network, and how its names look in each part of the program."""

    rng: Random
    sizes: tuple[int, ...]
    rows: int
    columns: bool
    activations: tuple[Activation, ...]
    loss: str
    ridge: str
    shown: dict[str, str]
    layout: Layout
    product: str

    @property
    def depth(self) -> int:
        return len(self.sizes) - 1

    def forward(self, name: str) -> str:
        return self._with(name, {"dict": 'params["{}"]', "class": "self.{}"}, {"class": "self.{}"})

    def backward(self, name: str) -> str:
        return self._with(name, {"dict": 'params["{}"]', "class": "self.{}"}, {"dict": 'cache["{}"]', "class": "self.{}"})

    def main(self, name: str) -> str:
        return self._with(name, {"dict": 'params["{}"]', "class": "net.{}"}, {"dict": 'cache["{}"]'})

    def _with(self, name: str, parameters: dict[str, str], others: dict[str, str]) -> str:
        if name in ("X", "Y"):
            return self.shown[name]
        forms = parameters if name[0] in "Wb" else others
        return forms.get(self.layout.container, "{}").format(self.shown[name])

    def claim(self, name: str) -> str:
        text = self.layout.claim_name.format(self.shown[name])
        if name[0] in "Wb":
            return {"dict": f'grads["{text}"]', "class": f"self.{text}"}.get(self.layout.container, text)
        return text

    def output(self, layer: int) -> str:
        """The canonical name of a layer's output."""
        if layer == 0:
            return "X"
        return f"Z{layer}" if self.activations[layer - 1].name == "identity" else f"A{layer}"

    def shape(self, rows: int, width: int) -> tuple[int, int]:
        return (width, rows) if self.columns else (rows, width)

    def times(self, a: Slot | str, b: Slot | str, tail_a: str = "", tail_b: str = "") -> tuple[Slot | str, ...]:
        match self.product:
            case "dot":
                return ("np.dot(", a, tail_a, ", ", b, tail_b, ")")
            case "method":
                return (a, tail_a, ".dot(", b, tail_b, ")")
            case _:
                return (a, tail_a, " @ ", b, tail_b)


def array_plan(rng: Random) -> Plan:
    net = _choose(rng)
    pre: list[str] = []
    forward: list[Step] = []
    for layer in range(1, net.depth + 1):
        activation = net.activations[layer - 1]
        w, b, x = net.forward(f"W{layer}"), net.forward(f"b{layer}"), net.forward(net.output(layer - 1))
        product = net.times(w, x) if net.columns else net.times(x, w)
        forward.append(Step(f"Z{layer}", net.forward(f"Z{layer}"), slot(*product, f" + {b}")))
        if activation.name in ("relu", "leaky"):
            pre.append(f"Z{layer}")
        if activation.name != "identity":
            value = activation.value(net.forward(f"Z{layer}"))
            forward.append(Step(f"A{layer}", net.forward(f"A{layer}"), slot(value)))
    leaves = [Leaf("X", net.shape(net.rows, net.sizes[0]), "input"), Leaf("Y", net.shape(net.rows, net.sizes[-1]), "target")]
    flat_bias = rng.random() < 0.5 and not net.columns
    for layer in range(1, net.depth + 1):
        n, m = net.sizes[layer - 1], net.sizes[layer]
        leaves.append(Leaf(f"W{layer}", (m, n) if net.columns else (n, m), "parameter"))
        leaves.append(Leaf(f"b{layer}", (m,) if flat_bias else net.shape(1, m), "parameter"))
    targets: Targets = {"bce": "0/1", "softmax": "one-hot"}.get(net.loss, "real")  # type: ignore[assignment]
    preamble = ["import numpy as np", *dict.fromkeys(t for a in net.activations for t in a.preamble)]
    return Plan(
        tuple(leaves), tuple(preamble), tuple(forward), tuple(_loss(net)), tuple(_backward(net, flat_bias)), net.shown, net.layout,
        tuple(pre), all(a.name != "leaky" for a in net.activations), ("lam = 0.1",) if net.ridge else (), targets, net.columns,
        net.output(net.depth),
    )  # fmt: skip


def _choose(rng: Random) -> Net:
    depth = rng.choice([1, 2, 2, 2, 3])
    rows = rng.randint(1, 5)
    square = rng.random() < 0.35
    width = rng.randint(2, 3)
    sizes = [width if square else rng.randint(1 if i else 2, 4) for i in range(depth)]
    sizes.append(width if square and rng.random() < 0.6 else rng.randint(1, 3))
    if square and rng.random() < 0.6:
        rows = width
    columns = rng.random() < 0.4
    loss = rng.choice(["squared", "half", "mean", "mean", "mean rows", "bce", "softmax"])
    if loss == "softmax":
        sizes[-1] = max(2, sizes[-1])
    hidden = rng.choice(["relu", "relu", "relu", "sigmoid", "tanh", "leaky", "softplus", "identity"])
    last = {"bce": "sigmoid", "softmax": "softmax"}.get(loss) or rng.choice(["identity", "identity", "sigmoid", "tanh", "relu"])
    inner = choose_array(hidden, rng)
    final = choose_softmax(rng, columns) if last == "softmax" else IDENTITY if last == "identity" else choose_array(last, rng)
    container = rng.choice(["flat", "flat", "flat", "functions", "dict", "class"])
    epochs = rng.choice([0, 0, 3])
    updating = rng.choice(["in place", "rebound", "none"] + ["new"] * (container == "flat" and not epochs))
    if epochs and updating == "none":
        updating = "in place"
    layout = Layout(
        container, updating, epochs, rng.random() < 0.25, rng.choice(RATES), rng.choice([0.01, 0.05, 0.1]), rng.choice(CLAIM_NAMES)  # type: ignore[arg-type]
    )  # fmt: skip
    return Net(
        rng, tuple(sizes), rows, columns, (*[inner] * (depth - 1), final), loss, rng.choice(["", "", "", "half", "full"]),
        _names(rng, depth, final), layout, rng.choice(["@", "@", "dot", "method"]),
    )  # fmt: skip


def _names(rng: Random, depth: int, final: Activation) -> dict[str, str]:
    z, a = rng.choice([("Z", "A"), ("Z", "H"), ("S", "H"), ("z", "a")])
    shown = {"X": "X", "Y": rng.choice(["Y", "y", "Y", "targets"])}
    for layer in range(1, depth + 1):
        number = "" if depth == 1 else str(layer)
        shown |= {
            f"W{layer}": f"W{number}",
            f"b{layer}": f"b{number}",
            f"Z{layer}": f"{z}{number}",
            f"A{layer}": f"{a}{number}",
        }
    shown[f"Z{depth}" if final.name == "identity" else f"A{depth}"] = rng.choice(["P", "Y_hat", "out", f"{a}{depth}", "pred"])
    return shown


def _count(net: Net) -> str:
    return f"{net.shown['X']}.shape[{1 if net.columns else 0}]"


def _loss(net: Net) -> list[Step]:
    p, y = net.main(net.output(net.depth)), net.shown["Y"]
    match net.loss:
        case "squared":
            text = f"np.sum(({p} - {y}) ** 2)"
        case "half":
            text = f"0.5 * np.sum(({p} - {y}) ** 2)"
        case "mean":
            text = net.rng.choice(
                [f"np.mean(({p} - {y}) ** 2)", f"np.mean(np.square({p} - {y}))", f"(({p} - {y}) ** 2).mean()"]
            )
        case "mean rows":
            text = f"np.sum(({p} - {y}) ** 2) / {_count(net)}"
        case "bce":
            text = f"-np.mean({y} * np.log({p}) + (1 - {y}) * np.log(1 - {p}))"
        case _:
            text = f"-np.sum({y} * np.log({p})) / {_count(net)}"
    if not net.ridge:
        return [Step("loss", "loss", slot(text))]
    squares = " + ".join(f"np.sum({net.main(f'W{layer}')} ** 2)" for layer in range(1, net.depth + 1))
    penalty = f"{'0.5 * ' if net.ridge == 'half' else ''}lam * ({squares})"
    if net.rng.random() < 0.5:
        return [Step("loss", "loss", slot(f"{text} + {penalty}"))]
    return [Step("data_loss", "data_loss", slot(text)), Step("loss", "loss", slot(f"data_loss + {penalty}"))]


def _whole(net: Net, pieces: tuple[Slot | str, ...], *more: Option) -> Slot:
    n = _count(net)
    wraps = (
        Option("sign", "-({})"), Option("constant factor", "2 * ({})"), Option("constant factor", "0.5 * ({})"),
        Option("constant factor", f"({{}}) / {n}"), Option("constant factor", f"{n} * ({{}})"),
    )  # fmt: skip
    return slot(*pieces, options=(*wraps, *more))


def _error(net: Net, direct: bool) -> tuple[Slot | str, ...]:
    """The derivative of the loss by the last output, or where `direct` by the last sum."""
    last = net.output(net.depth)
    p, y, z = net.backward(last), net.shown["Y"], net.backward(f"Z{net.depth}")
    swapped = (Option("wrong operand", f"({z} - {y})"),) if last[0] == "A" else ()
    norm = {
        "mean": f" / {y}.size",
        "mean rows": f" / {_count(net)}",
        "bce": f" / {y}.size",
        "softmax": f" / {_count(net)}",
    }.get(net.loss, "")
    scale = (slot(norm, options=(Option("constant factor", ""),)),) if norm else ()
    if direct:
        other = Option("gradient of another loss", f"2 * ({p} - {y}) * {p} * (1 - {p})")
        return (slot(f"({p} - {y})", options=(*swapped, other)), *scale)
    if net.loss == "bce":
        text = net.rng.choice([f"({p} - {y}) / ({p} * (1 - {p}))", f"(-{y} / {p} + (1 - {y}) / (1 - {p}))"])
        return (slot(text, options=(Option("gradient of another loss", f"2 * ({p} - {y})"),)), *scale)
    others = (
        (Option("gradient of another loss", f"({p} - {y}) / ({p} * (1 - {p}))"),)
        if net.activations[-1].name == "sigmoid"
        else ()
    )
    if net.loss == "half":
        return (slot(f"({p} - {y})", options=(*swapped, *others, Option("constant factor", f"2 * ({p} - {y})"))),)
    swapped = (Option("wrong operand", f"2 * ({z} - {y})"),) if last[0] == "A" else ()
    return (slot(f"2 * ({p} - {y})", options=(*swapped, *others, Option("constant factor", f"({p} - {y})"))), *scale)


def _backward(net: Net, flat_bias: bool) -> list[Step]:
    rng, steps = net.rng, list[Step]()
    direct = net.loss == "softmax" or (net.loss == "bce" and rng.random() < 0.5)
    merged, deltas = rng.random() < 0.5, rng.random() < 0.3
    container = net.layout.container
    incoming: tuple[Slot | str, ...] = _error(net, direct)
    arrived = ""  # the name of the derivative by this layer's output, where it has one
    for layer in range(net.depth, 0, -1):
        activation = net.activations[layer - 1]
        output = net.output(layer)
        z, h = net.backward(f"Z{layer}"), net.backward(output)
        slope = "" if direct and layer == net.depth else activation.derivative(z, h)
        if slope and not merged:
            arrived = f"error{layer}" if deltas else net.claim(output)
            steps.append(
                Step(f"error{layer}" if deltas else f"d{output}", arrived, _whole(net, incoming), "" if deltas else output)
            )
            incoming = (arrived,)
        elif slope:
            incoming = (_bracketed(incoming), "")
        delta = f"delta{layer}" if deltas else net.claim(f"Z{layer}")
        factors = (slot(f" * {slope}", options=activation.options(z, h)),) if slope else ()
        target = "" if deltas else f"Z{layer}"
        steps.append(Step(f"dZ{layer}", delta, _whole(net, (*incoming, *factors)), target))
        steps += _parameters(net, layer, delta, arrived if slope and not merged else "", flat_bias)
        if layer > 1:
            incoming = _through(net, layer, delta, stale=container != "functions" and net.layout.updating != "none")
    return steps


def _bracketed(pieces: tuple[Slot | str, ...]) -> Slot:
    return slot("(", *pieces, ")")


def _parameters(net: Net, layer: int, delta: str, arrived: str, flat_bias: bool) -> list[Step]:
    n, m = net.sizes[layer - 1], net.sizes[layer]
    before = net.output(layer - 1)
    a = net.backward(before)
    swaps = [net.backward(f"Z{layer - 1}")] if before[0] == "A" else []
    swaps += [
        net.backward(net.output(k)) for k in range(layer) if net.output(k) != before and net.sizes[k] == net.sizes[layer - 1]
    ]
    operand = slot(a, options=tuple(Option("wrong operand", s) for s in swaps))
    error = slot(delta, options=(Option("activation's derivative left out", arrived),) if arrived else ())
    pieces = net.times(error, operand, "", ".T") if net.columns else net.times(operand, error, ".T", "")
    w = net.backward(f"W{layer}")
    if net.ridge:
        text = f" + lam * {w}" if net.ridge == "half" else f" + 2 * lam * {w}"
        scaled = f" + 2 * lam * {w}" if net.ridge == "half" else f" + lam * {w}"
        pieces = (*pieces, slot(text, options=(Option("a use left out", ""), Option("constant factor", scaled))))
    turned = (Option("transposed", "({}).T"),) if n == m else ()
    steps = [Step(f"dW{layer}", net.claim(f"W{layer}"), _whole(net, pieces, *turned), f"W{layer}")]
    axis, other = (1, 0) if net.columns else (0, 1)
    keep = "" if flat_bias else ", keepdims=True"
    text = net.rng.choice([f"np.sum({delta}, axis={axis}{keep})", f"{delta}.sum(axis={axis}{keep})"])
    wrong = [Option("constant factor", f"np.mean({delta}, axis={axis}{keep})")]
    row = f"{delta}[:, :1]" if net.columns else f"{delta}[0]" if flat_bias else f"{delta}[:1]"
    wrong.append(Option("only the first row", row))
    if net.rows == m and m > 1:
        reshaped = "" if flat_bias else ".reshape(-1, 1)" if net.columns else ".reshape(1, -1)"
        wrong.append(Option("summed over the wrong axis", f"np.sum({delta}, axis={other}){reshaped}"))
    if arrived:
        wrong.append(Option("activation's derivative left out", text.replace(delta, arrived)))
    return [*steps, Step(f"db{layer}", net.claim(f"b{layer}"), _whole(net, (slot(text, options=tuple(wrong)),)), f"b{layer}")]


def _through(net: Net, layer: int, delta: str, stale: bool) -> tuple[Slot | str, ...]:
    """The derivative by the output before: the error goes back through the weights."""
    w, n, m = net.backward(f"W{layer}"), net.sizes[layer - 1], net.sizes[layer]
    options = []
    for other in range(1, net.depth + 1):
        if other != layer and (net.sizes[other - 1], net.sizes[other]) == (n, m):
            options.append(Option("wrong operand", f"{net.backward(f'W{other}')}.T"))
    if n == m:
        options.append(Option("transposed", w))
    if stale:
        updated = f"new_{w}" if net.layout.updating == "new" else w
        options.append(Option("already updated", f"{updated}.T", needs=f"W{layer}"))
    weights = Slot(slot().key, (f"{w}.T",), tuple(options))
    return net.times(weights, delta) if net.columns else net.times(delta, weights)
