"""Small data for what a function takes, by the names of its parameters."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from chainrule.reading.names import PENALTY, RATE

OUTPUT = "out"  # the name of what the forward pass gives
DATA = re.compile(
    r"^(x|inputs?|data|features?|images?|entradas?|a_?prev|batch|prev_?\w*|z|x_?(train|batch|data|dataset|set|input|in|valid|val|test|tr)|inputs?_(data|tensor|array|vector|list|x)|"
    r"(train|training)_?(x|data|inputs?|set_inputs)|training_inputs|i|in_?put)$",
    re.I,
)
TARGET = re.compile(
    r"^(y|t|targets?|labels?|expected\w*|desired\w*|esperad\w+|desejad\w+|y_?(true|train|batch|label|valid|val|test|tr|actual|real|gt|expected|desired)|true\w*|ground_truth|actual|d|"
    r"(train|training)_?(y|labels?|outputs?|targets?)|training_outputs|(targets?|labels?)_(data|array|vector|list|set|index|indices|idx|ids?|class(es)?)|y_?(data|dataset|set)|"
    r"yy|ys|y_?\w*(true|one_?hot|label|target)\w*|\w*(one_?hot|labels?|targets?))$",
    re.I,
)
UPSTREAM = re.compile(
    r"^(d_?(\w*next|out\w*|values?|y|a|z|h|x|up\w*|l_d_?out\w*|l_?d\w*)|dl\w*|(\w+_)?grads?(_\w+)?|grad_?(out|in|y|z|a|loss)\w*|\w+grad|(\w+_)?gradients?(_\w+)?|upstream\w*|"
    r"(output_)?(error|delta)\w*|((last|next|prev|output|upstream)_)?deriv\w*|err|accum_grad|dldy|next_\w+|g)$",
    re.I,
)
RESULT = re.compile(
    r"^(o|outs?|outputs?|y_?hat|y_?tilde|y_?out\w*|y_?pred\w*|pred\w*|a|a\d|al|probs?|activations?|scores|yh|logits|p)$", re.I
)
EPOCHS = re.compile(r"^(n_?|num_?|max_?|no_?of_?)?(epochs?|epocas?|iters?|iterations?|steps|training_iterations)$", re.I)
WEIGHT = re.compile(r"^(w\d*|weights?\w*|theta\w*|filters?|kernels?)$", re.I)
TITLE = re.compile(r"^(layer_?|model_?)?(name|title|label_?name)$", re.I)
SHAPE = re.compile(r"^(x_|in_|input_|data_)?shape$", re.I)
SCALE = re.compile(r"^(gamma|beta|scale|shift)$", re.I)
SETTINGS = re.compile(r"^\w+_param$|^h(yper)?_?param(eter)?s$", re.I)
BIAS = re.compile(r"^(b\d*|bias\w*)$", re.I)
LAYERS = re.compile(
    r"^(layers?|layers?_?(dims?|sizes?|nodes|units|structure)|sizes|dims|dimensions?|topology|architecture|nodes|shape)$", re.I
)
PART = r"(_?(layer|amount|nodes?|units?|neurons?|size|dims?|dimensions?|features?|num|count|n|len\w*|width|channels?))*$"
GOES_IN = re.compile(rf"^(n|num|number_?of|no_?of|size_?of)?_?in(put)?s?{PART}", re.I)
GOES_OUT = re.compile(rf"^(n|num|number_?of|no_?of|size_?of)?_?out(put)?s?{PART}", re.I)
SEVERAL = re.compile(r"(sizes|layers|dims|nodes|units|neurons|hidden\w*)$", re.I)
SHAPE_WINDOW = re.compile(r"^(kernel|filter|pool|window)s?_?(shape|size)?s?_?shape$", re.I)
SHAPE_OUT = re.compile(r"^out(put)?_?shape$", re.I)
KEPT = re.compile(r"^keep_?\w*$", re.I)
DROPPED = re.compile(r"^(p_?)?drop(out|ped)?(_?(rate|prob\w*|ratio|p))?$", re.I)
FROM = re.compile(
    r"^(dim|\w+_channels|embed\w*|d_?model|emb\w*|n_?x|n_?i|n_?in\w*|num_?in\w*|in_?\w*|input\w*|D|d_in|fan_in|n_?features\w*|num_?features|n_prev|i_?size|channels?|depth)$",
    re.I,
)
BETWEEN = re.compile(r"hid|^n_?h$|^h(_?size|_?dim)?$|^H$|neuron|units|nodes", re.I)
TO = re.compile(
    r"^(n_?y|n_?o|out\w*|n_?out\w*|num_?out\w*|output\w*|fan_out|n_?class\w*|num_?class\w*|classes|d_out|D_out|C|K|o_?size|nodes?|n_filters|num_filters|filters)$",
    re.I,
)
WINDOW = re.compile(r"kernel|filter|pool|window|^f$|^k$|^size$", re.I)
HEADS = re.compile(r"heads?$", re.I)
ROWS = re.compile(r"batch_?size|^m$|^n$|^N$|n_?samples|num_?(examples|samples)", re.I)
COUNT = re.compile(r"^(n|num|number|nb)(_|[A-Z]|of)\w*$")
NUMBERS = re.compile(r"^(idx|ids?|index|indices|\w+_(idx|ids?|indices)|tokens?|words?|corpus|sequence|seq)$", re.I)
FUNCTION = re.compile(
    r"activ(?!\w*_?(prev|size|dim|value|cache|in|out)\w*$)|^act(_?(fn|func\w*))?$|^(f|fn|func|non_?linearity)$", re.I
)
SLOPE = re.compile(r"deriv|prime|grad|^d_?", re.I)
KNOWN_FUNCTIONS = ("sigmoid", "tanh", "relu", "softmax", "linear", "identity")
OFF = re.compile(r"verbose|print\w*|plot\w*|debug|show\w*|pad\w*|seed|random_state", re.I)
ON = re.compile(r"strides?|^train\w*|is_train\w*|training", re.I)
WITH_BATCH = 4  # axes of images in a batch
USUAL = {
    "mode": "train",
    "stride": 1,
    "pad": 0,
    "p": 0.5,
    "seed": 0,
    "f": 2,
    "pool_height": 2,
    "pool_width": 2,
    "pool_type": "max",
}  # of a layer's settings


@dataclass(frozen=True)
class Layout:
    """How a batch lies in an array, and with it the shapes of weights and biases."""

    words: str
    data: tuple[int, ...]
    weight: tuple[int, ...]
    bias: tuple[int, ...]
    width: int
    targets: tuple[str, ...]
    out: int = 2

    @property
    def by_column(self) -> bool:
        """Whether each column is a sample."""
        return len(self.data) == 2 and self.data[0] == self.width != self.data[1]

    @property
    def is_one_sample(self) -> bool:
        """Whether it holds a single sample, of which a division by their number cannot be seen."""
        return len(self.data) == 1 or (len(self.data) == 2 and 1 in self.data)

    @property
    def labels(self) -> tuple[str, ...]:
        """Targets that a loss may compare data of this layout with: one of several classes, its number, 0 and 1."""
        if len(self.data) > 2:
            return ()
        rows, classes = (self.data[0], self.data[-1]) if len(self.data) == 2 else (1, self.data[0])
        picked = [(i + i // 2) % classes for i in range(rows)]
        ones = f"(np.arange({rows * classes}) % 2).reshape({self.data})"
        return (
            (f"np.eye({classes})[{picked}]", f"np.array({picked})", ones)
            if len(self.data) == 2
            else (f"np.eye({classes})[1]", ones)
        )


BY_ROW = ("np.eye(2)[[0, 1, 1, 0, 1]]", "np.array([0, 1, 1, 0, 1])", "np.array([[0], [1], [1], [0], [1]])")
BY_COLUMN = ("np.eye(2)[:, [0, 1, 1, 0, 1]]", "np.array([[0, 1, 1, 0, 1]])")
LAYOUTS = (
    Layout("5 rows of 4 numbers", (5, 4), (4, 2), (2,), 4, BY_ROW),
    Layout("5 columns of 4 numbers", (4, 5), (2, 4), (2, 1), 4, BY_COLUMN),
    Layout("a column of 4 numbers", (4, 1), (2, 4), (2, 1), 4, ("np.array([[1], [0]])", "np.array([[1]])")),
    Layout("a row of 4 numbers", (1, 4), (4, 2), (2,), 4, ("np.array([[1, 0]])", "np.array([[1]])", "np.array([1])")),
    Layout("4 numbers", (4,), (4, 2), (2,), 4, ("np.array([1, 0])", "np.array([1])", "1")),
    Layout("2 sequences of 7 steps of 4 numbers", (2, 7, 4), (4, 2), (2,), 4, ("np.eye(2)", "np.array([0, 1])")),
    Layout("2 images of 2 channels, 6 by 6", (2, 2, 6, 6), (2, 2, 3, 3), (2,), 2, ("np.eye(2)", "np.array([0, 1])")),
    Layout("2 images, 6 by 6, of 2 channels", (2, 6, 6, 2), (3, 3, 2, 2), (1, 1, 1, 2), 2, ("np.eye(2)", "np.array([0, 1])")),
    Layout("6 by 6 of 2 channels", (6, 6, 2), (3, 3, 2, 2), (1, 1, 1, 2), 2, ("np.array([1, 0])",)),
    Layout("2 channels of 6 by 6", (2, 6, 6), (2, 2, 3, 3), (2,), 2, ("np.array([1, 0])",)),
    Layout("an image of 6 by 6", (6, 6), (3, 3), (), 1, ("np.array([1, 0])",)),
)


def of_width(width: int, classes: int) -> tuple[Layout, ...]:
    """Rows and columns of as many numbers as a program says somewhere that it takes, of as many classes."""
    labels = [0, classes - 1, 1, 0, 1]
    one_hot = f"np.eye({classes})"
    return (
        Layout(
            f"5 rows of {width} numbers", (5, width), (width, classes), (classes,), width,
            (f"{one_hot}[{labels}]", f"np.array({labels})", BY_ROW[2]),
        ),
        Layout(
            f"5 columns of {width} numbers", (width, 5), (classes, width), (classes, 1), width,
            (f"{one_hot}[:, {labels}]", f"np.array({labels})", BY_COLUMN[1]),
        ),
    )  # fmt: skip


def function_for(name: str, words: Sequence[str], defined: Sequence[str]) -> str | None:
    """Code for an activation function, or its derivative: the text that the program asks for, or what it defines."""
    if not FUNCTION.search(name):
        return None
    if SLOPE.search(name):
        return next((d for d in defined if SLOPE.search(d) and any(k in d.lower() for k in KNOWN_FUNCTIONS[:3])), None)
    for known in KNOWN_FUNCTIONS:
        for word in words:
            if word.lower() == known:
                return repr(word)
    plain = [d for d in defined if d.lower() in KNOWN_FUNCTIONS]
    return next((f"{d}()" if d[0].isupper() else d for k in KNOWN_FUNCTIONS for d in plain if d.lower() == k), None)


def any_function(name: str, *, of_output: bool) -> str | None:
    """Code for an activation that a program is to be given, tanh, or for its derivative as a function of its input or output."""
    if not FUNCTION.search(name):
        return None
    if not SLOPE.search(name):
        return "np.tanh"
    return "lambda a: 1 - a ** 2" if of_output else "lambda z: 1 - np.tanh(z) ** 2"


def guessed_size(name: str, layout: Layout) -> str | None:
    """Code for a size by a part of its name, where the whole name says nothing."""
    for words, size in (
        ("in|feature|vocab|prev", layout.width),
        ("out|class|label|target", layout.out),
        ("dim|size|num|len|units|count|^n_|_nr$", 3),
    ):
        if re.search(words, name, re.I):
            return str(size)
    return None


def usual_setting(name: str) -> str | None:
    """Code for what a layer's setting usually is."""
    return repr(USUAL[name]) if name in USUAL else None


def value_for(name: str, layout: Layout) -> str | None:
    """Code for the value of a parameter that is a number, a size, a weight; None where nothing says what it is."""
    if RATE.match(name):
        return "0.1"
    if EPOCHS.match(name):
        return "2"
    if PENALTY.match(name):
        return "0.1"
    if KEPT.match(name):
        return "0.8"
    if DROPPED.match(name):
        return "0.2"
    if LAYERS.match(name):
        return f"[{layout.width}, 3, {layout.out}]"
    if ROWS.search(name):
        return str(layout.data[-1] if layout.by_column else layout.data[0])
    if TITLE.match(name):
        return repr("it")
    if SHAPE.match(name):
        return repr(layout.data[1:] if len(layout.data) == WITH_BATCH else layout.data)
    if SHAPE_WINDOW.match(name):
        return "(3, 3)"
    if SHAPE_OUT.match(name):
        return repr((*layout.data[:1], 2) if len(layout.data) == len(("rows", "columns")) else (2,))
    if SETTINGS.match(name):
        return repr(USUAL)
    if OFF.match(name):
        return "0"
    if ON.match(name):
        return "1"
    for pattern, size in (
        (HEADS, 2), (GOES_IN, layout.width), (GOES_OUT, layout.out), (BETWEEN, 3), (TO, layout.out), (FROM, layout.width), (WINDOW, 3),
    ):  # fmt: skip
        if pattern.search(name):
            return str(size)
    return None


def like_target(output: np.ndarray, layout: Layout) -> tuple[str, ...]:
    """Code for targets that an output can be compared with: one-hot or numbers where it has several classes, else 0 and 1."""
    shape = np.shape(output)
    if len(shape) == 2 and min(shape) > 1:
        by_column = shape[0] != layout.data[0]
        classes = shape[not by_column]
        picked = [(i + i // 2) % classes for i in range(shape[by_column])]
        picked[-1] = classes - 1  # programs count the classes by the largest
        one_hot = f"np.eye({classes})[:, {picked}]" if by_column else f"np.eye({classes})[{picked}]"
        return one_hot, f"np.array({picked})"
    if len(shape) == 1 and np.isclose(np.sum(output), 1):
        return (f"np.eye({shape[0]})[0]",)
    return (f"(np.arange({int(np.prod(shape))}) % 2).reshape({shape})",)
