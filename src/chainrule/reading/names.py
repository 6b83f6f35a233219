"""What names say in programs about neural networks: losses, derivatives, parameters, data, learning rates.

Names are evidence of the last resort: use in the program comes first (see `roles.py` and `checking/claims.py`).
"""

from __future__ import annotations

import re

from chainrule.graph.records import Node

LOSS_WORDS = r"loss|cost|mse|mae|rmse|sse|(?<![a-z])rss(?![a-z])|bce|nll|cross_?entropy|entropy|objective"
STRONG_LOSS = re.compile(LOSS_WORDS, re.I)
LOSS = re.compile(rf"(^|_)({LOSS_WORDS}|l|j|e|err|error)(_|\d|$)", re.I)
TARGET = re.compile(r"^(y|t|target|targets|true_.*|.*_true|label|labels|expected|desired|y_?train|ys|true)\d*$", re.I)
INPUT = re.compile(r"^(x|input|inputs|data|features|x_?train|xs)(_|\d|$)", re.I)
PARAMETER = re.compile(
    r"^(w|b|weight|weights|bias|theta|beta|v|u|whh|wxh|why|bh|by)([_\d].*|$)|^[WBUV][_a-z]?\w*$|bias|weight", re.I
)
SETTING = re.compile(
    r"regulari[sz]|penalt|decay|lambda|init|std|scale|(^|_)(l[12]|reg)(_|$)", re.I
)  # of a weight, and no weight
SCHEDULE = re.compile(r"decay|drop|factor|epoch|step|iter|warm", re.I)
RATE = re.compile(r"^(lr(\d+|_\w+)?|\w+_lr|(\w+_)?learning_?rate|alpha|eta|step_?size|rate|l_?rate|learn.*)$", re.I)
PENALTY_TERM = re.compile(r"regulari[sz](ation|er)|penalt|weight_?decay|^reg(_|$)|_reg$|^l[12](_|$)", re.I)
PENALTY = re.compile(r"^(reg\w*|lam\d?|lambd\w*|lmbda\w*|l[12]\w*|weight_?decay\w*|\w+_regulari[sz]er\w*)$", re.I)
STAYS = re.compile(
    r"^(eps|epsilon|seed|momentum|beta\d?|tol|decay_rate|n|m|N|M|batch.*|num.*|size|epoch.*|steps?|iter.*|t)$", re.I
)
DERIVATIVE = re.compile(
    rf"deriv|grad|nabla|delta|_prime|_wrt_|({LOSS_WORDS})_slope|^d_|_d_|^d[A-Z]|^d({LOSS_WORDS})|^d\w*_d\w+$|^d[a-zA-Z]d[a-zA-Z]\d*$|^d[a-z]\d*$|^D[WZAbw]\d*$|^partial"
    r"|^d(theta|beta|gamma|weights?|bias(es)?|inputs?|outputs?|out|values|hidden|logits|scores|probs|pred(iction)?s?)\d*$"
)
BACKWARD = re.compile(r"back_?(ward|prop)|bprop", re.I)
STEM = re.compile(r"_?(back|for)(wards?)?_?(prop(agat\w+)?|pass)?|feed_?|bprop|fprop|(compute_)?gradients?", re.I)
FORWARD = re.compile(r"forward|feed|fprop|propagate|^predict|^call$|^__call__$|^inference$", re.I)
LOSS_LETTER = r"(?:L|l|J|j|E|C|total|err|error|[Ll]oss|[Cc]ost|mse)"

# A derivative's name: what is differentiated (`of`, where it says so), and with respect to what.
DERIVATIVE_FORMS: tuple[re.Pattern[str], ...] = tuple(
    re.compile(p)
    for p in (
        r"^(?:deriv|d|partial|grad)_(?P<of>\w+?)_(?:d|wrt)_?(?P<wrt>\w+)$",
        r"^d(?P<of>[A-Za-z]\w*?)_d(?P<wrt>\w+)$",
        rf"^(?:deriv|partial|grad)_(?P<of>{LOSS_LETTER})_(?P<wrt>\w+)$",
        rf"^d_?(?P<of>{LOSS_LETTER})_?d_?(?P<wrt>\w+)$",
        rf"^d(?P<of>{LOSS_WORDS}|err|error)_(?P<wrt>\w+)$",
        r"^d(?P<of>[A-Za-z]\w*?)d(?P<wrt>\w+)$",
        r"^(?:deriv|derivatives?|grads?|gradients?|nabla|partial(?:_deriv(?:ative)?s?)?|g|d)_(?P<wrt>\w+)$",
        rf"^(?:{LOSS_WORDS})_slope_(?P<wrt>\w+)$",
        r"^(?P<wrt>\w+?)_(?:grad|gradient|deriv|derivative)s?$",
        r"^(?:grad|deriv|nabla)(?P<wrt>[A-Z]\w*|[wb]\d*)$",
        r"^d(?P<wrt>[A-Za-z]\w*)$",
        r"^D(?P<wrt>[WZAbw]\d*)$",
        r"^g(?P<wrt>[A-Z]\w*)$",
    )
)
LONE = re.compile(r"^(grad|gradient|derivative|deriv|nabla)s?$", re.I)  # says of nothing what it is the derivative for
NUMERICAL = re.compile(r"numeric|approx|finite|check", re.I)
HELD_GRADIENT = re.compile(r"^(?P<owner>.*[^.])\.(?:g|grad|gradient)$")
HELD_VALUE = re.compile(r"^(?P<owner>.*[^.])\.(?:data|value|val)$")
ITEM = re.compile(r"^(?P<owner>[\w.]+)\[['\"](?:[^'\"\]]*\W)?(?P<key>\w+)['\"]\]$")
CARRIED = re.compile(
    r"^(?!\w*(sum|total|mean|error|slope|partial))(v|m)(s|t|_\w+|\d\w*|[dg]?[wb]\w*|hat\w*|grad\w*|corr\w*|[dg]?theta\w*)?$|(^|_)(vel|velocity|momentum|moment|cache)\w*$",
    re.I,
)
FALSE_FRIENDS = re.compile(
    r"^(df|db_?conn|database|dot|dim|dims|dist|data|do|done|delta|diff|dtype|dict|dataset|depth|decay|display|draw|"
    r"dropout|drop|device|g_?\d*|d)$"
)


def last(text: str) -> str:
    """The name without its owner: `self.W1` is `W1`, and so is `params['W1']`."""
    item = ITEM.match(text)
    if item:
        return item["key"]
    return text.rsplit(".", maxsplit=1)[-1]


def last_of(node: Node) -> str:
    """The last part of a node's name, "" where it has none."""
    return last(node.name.text) if node.name else ""


def bare(text: str) -> str:
    """`self.dW1` is `dW1`, `grads['dW1']` is `dW1`, `grads['W1']` is `grad_W1`, and so is `self.W1.grad`."""
    held = HELD_GRADIENT.match(text)
    if held:
        return f"grad_{last(held['owner'])}"
    item = ITEM.match(text)
    if item:
        key = item["key"]
        says = DERIVATIVE.search(key) or re.match(r"g_|g[A-Z]", key) or not re.search("grad", item["owner"], re.I)
        return key if says else f"grad_{key}"
    return last(text)


def quantity(text: str) -> str:
    """The last part of a value's name: `self.W1.data` is `W1`, as `self.W1` is."""
    held = HELD_VALUE.match(text)
    return last(held["owner"] if held else text)


def reads_as_loss(text: str) -> bool:
    return bool(LOSS.search(last(text)) or STRONG_LOSS.search(last(text))) and not reads_as_derivative(text)


def reads_as_derivative(text: str) -> bool:
    return bool(DERIVATIVE.search(bare(text)))


def is_loss_letter(text: str, own: str) -> bool:
    """Whether `text`, in a derivative's name, means the loss whose name is `own`."""
    short = last(own).lower()
    has_no_name = "Σ" in own  # a formula that the program does not write
    return text.lower() == short or bool(
        re.fullmatch(LOSS_LETTER, text)
        and (LOSS.search(short) or STRONG_LOSS.search(short) or short in ("l", "j", "e", "c") or has_no_name)
    )
