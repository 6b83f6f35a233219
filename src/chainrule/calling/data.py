"""Small data for what a function takes, by the names of its parameters."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from chainrule.reading.names import PENALTY, RATE

DATA = re.compile(
    r"^(x|inputs?|data|features?|images?|a_?prev|batch|prev_?\w*|z|x_?(train|batch|data|input|in|valid|val|test|tr)|inputs?_(data|tensor|array|vector|x)|"
    r"(train|training)_?(x|data|inputs?|set_inputs)|training_inputs|i|in_?put)$",
    re.I,
)
TARGET = re.compile(
    r"^(y|t|targets?|labels?|expected\w*|desired\w*|y_?(true|train|batch|label|valid|val|test|tr)|true\w*|ground_truth|actual|d|"
    r"(train|training)_?(y|labels?|outputs?|targets?)|training_outputs|targets?_(data|array|vector))$",
    re.I,
)
UPSTREAM = re.compile(
    r"^(d_?(out\w*|values?|y|a|z|h|x|up\w*|l_d_?out\w*|l_?d\w*)|dl\w*|(\w+_)?grads?(_\w+)?|(\w+_)?gradients?(_\w+)?|upstream\w*|"
    r"(output_)?(error|delta)\w*|err|accum_grad|dldy|next_\w+|g)$",
    re.I,
)
RESULT = re.compile(r"^(o|outs?|outputs?|y_?hat|y_?pred\w*|pred\w*|a|a\d|al|probs?|activations?|scores|yh|logits|p)$", re.I)
EPOCHS = re.compile(r"^(n_?|num_?|max_?|no_?of_?)?(epochs?|iters?|iterations?|steps|training_iterations)$", re.I)
WEIGHT = re.compile(r"^(w\d*|weights?\w*|theta\w*|filters?|kernels?)$", re.I)
SHAPE = re.compile(r"^(x_|in_|input_|data_)?shape$", re.I)
SCALE = re.compile(r"^(gamma|beta|scale|shift)$", re.I)
SETTINGS = re.compile(r"^\w+_param$|^h(yper)?_?param(eter)?s$", re.I)
BIAS = re.compile(r"^(b\d*|bias\w*)$", re.I)
LAYERS = re.compile(
    r"^(layers?|layers?_?(dims?|sizes?|nodes|units|structure)|sizes|dims|dimensions?|topology|architecture|nodes|shape)$", re.I
)
FROM = re.compile(
    r"^(dim|\w+_channels|embed\w*|d_?model|emb\w*|n_?x|n_?i|n_?in\w*|num_?in\w*|in_?\w*|input\w*|D|d_in|fan_in|n_?features\w*|num_?features|n_prev|i_?size|channels?|depth)$",
    re.I,
)
BETWEEN = re.compile(r"hid|^n_?h$|^h(_?size|_?dim)?$|^H$|neurons|units|nodes", re.I)
TO = re.compile(
    r"^(n_?y|n_?o|out\w*|n_?out\w*|num_?out\w*|output\w*|fan_out|n_?class\w*|num_?class\w*|classes|d_out|D_out|C|K|o_?size|nodes?|n_filters|num_filters|filters)$",
    re.I,
)
WINDOW = re.compile(r"kernel|filter|pool|window|^f$|^k$|^size$", re.I)
HEADS = re.compile(r"heads?$", re.I)
ROWS = re.compile(r"batch_?size|^m$|^n$|^N$|n_samples|num_?examples", re.I)
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


BY_ROW = ("np.eye(2)[[0, 1, 1, 0, 1]]", "np.array([[0], [1], [1], [0], [1]])", "np.array([0, 1, 1, 0, 1])")
BY_COLUMN = ("np.eye(2)[:, [0, 1, 1, 0, 1]]", "np.array([[0, 1, 1, 0, 1]])")
LAYOUTS = (
    Layout("5 rows of 4 numbers", (5, 4), (4, 2), (2,), 4, BY_ROW),
    Layout("5 columns of 4 numbers", (4, 5), (2, 4), (2, 1), 4, BY_COLUMN),
    Layout("a column of 4 numbers", (4, 1), (2, 4), (2, 1), 4, ("np.array([[1], [0]])", "np.array([[1]])")),
    Layout("4 numbers", (4,), (4, 2), (2,), 4, ("np.array([1, 0])", "np.array([1])", "1")),
    Layout("2 sequences of 3 steps of 4 numbers", (2, 3, 4), (4, 2), (2,), 4, ("np.eye(2)", "np.array([0, 1])")),
    Layout("2 images of 2 channels, 6 by 6", (2, 2, 6, 6), (2, 2, 3, 3), (2,), 2, ("np.eye(2)", "np.array([0, 1])")),
    Layout("2 images, 6 by 6, of 2 channels", (2, 6, 6, 2), (3, 3, 2, 2), (1, 1, 1, 2), 2, ("np.eye(2)", "np.array([0, 1])")),
    Layout("2 channels of 6 by 6", (2, 6, 6), (2, 2, 3, 3), (2,), 2, ("np.array([1, 0])",)),
    Layout("an image of 6 by 6", (6, 6), (3, 3), (), 1, ("np.array([1, 0])",)),
)


def value_for(name: str, layout: Layout) -> str | None:
    """Code for the value of a parameter that is a number, a size, a weight; None where nothing says what it is."""
    if RATE.match(name):
        return "0.1"
    if EPOCHS.match(name):
        return "1"
    if PENALTY.match(name):
        return "0.1"
    if LAYERS.match(name):
        return f"[{layout.width}, 3, 2]"
    if ROWS.search(name):
        return str(layout.data[0])
    if SHAPE.match(name):
        return repr(layout.data[1:] if len(layout.data) == WITH_BATCH else layout.data)
    if SETTINGS.match(name):
        return repr(USUAL)
    if OFF.match(name):
        return "0"
    if ON.match(name):
        return "1"
    for pattern, size in ((HEADS, 2), (BETWEEN, 3), (TO, 2), (FROM, layout.width), (WINDOW, 3)):
        if pattern.search(name):
            return str(size)
    return None


def like_target(output: np.ndarray, layout: Layout) -> str:
    """Code for targets that an output can be compared with: one-hot where it has several classes, else 0 and 1."""
    shape = np.shape(output)
    if len(shape) == 2 and min(shape) > 1:
        by_column = shape[0] != layout.data[0]
        picked = [(i + i // 2) % shape[not by_column] for i in range(shape[by_column])]
        return f"np.eye({shape[0]})[:, {picked}]" if by_column else f"np.eye({shape[1]})[{picked}]"
    if len(shape) == 1 and np.isclose(np.sum(output), 1):
        return f"np.eye({shape[0]})[0]"
    return f"(np.arange({int(np.prod(shape))}) % 2).reshape({shape})"
