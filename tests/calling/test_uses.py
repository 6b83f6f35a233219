"""What a definition does with a parameter is read from its lines."""

from __future__ import annotations

import ast

import pytest

from chainrule.calling.uses import Uses, added, reads, sets, uses


def functions(code: str) -> dict[str, ast.FunctionDef]:
    return {n.name: n for n in ast.walk(ast.parse(code)) if isinstance(n, ast.FunctionDef)}


def of_p(body: str) -> Uses:
    return uses(functions(f"def f(p, x):\n    {body}\n")["f"], "p")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("return p.forward(x)", Uses(asks=(("forward", 1),))),
        ("return p.weights", Uses(asks=(("weights", -1),))),
        ("return p.shape, p.T, p.sum(axis=0)", Uses()),
        ("n, m = p", Uses(parts=("n", "m"))),
        ("return p[0] + p[2]", Uses(parts=("", "", ""))),
        ("return p['W1'] + p.get('b1')", Uses(keys=("W1", "b1"))),
        ("p[f'd{x}'] = x", Uses(filled=True)),
        ("p['dW'] = x", Uses(filled=True)),
        ("return x if p == 'relu' else 0", Uses(texts=("relu",))),
        ("return p(x)", Uses(called=(1, ""))),
        ("return p(x, deriv=True)", Uses(called=(2, "deriv"))),
        ("return np.zeros((p, 3))", Uses(counts=True)),
        ("return [a * b for a, b in zip(x, p)]", Uses(beside=("x",))),
        ("return [layer.forward(x) for layer in reversed(p)]", Uses(each=Uses(asks=(("forward", 1),)))),
        ("return p[x].forward(x)", Uses(each=Uses(asks=(("forward", 1),)))),
    ],
)
def test_each_use_is_seen(body: str, expected: Uses) -> None:
    assert of_p(body) == expected


NETWORK = """
class Network:
    def __init__(self, loss, layers):
        self.loss = loss
        self.build(layers)
    def build(self, layers):
        for i, layer in enumerate(layers):
            self.layers[i] = layer
    def add(self, layer):
        self.layers.append(layer)
    def forward(self, x):
        for layer in self.layers.values():
            x = layer.forward(x)
        self.out = x
        return self.measured()
    def measured(self):
        return self.loss.value(self.out, self.target)
"""


def test_what_an_attribute_keeps_is_followed_into_the_methods() -> None:
    methods = functions(NETWORK)
    assert uses(methods["__init__"], "loss", tuple(methods.values())).asks == (("value", 2),)


def test_what_is_handed_on_and_kept_in_a_table_is_followed() -> None:
    methods = functions(NETWORK)
    each = uses(methods["__init__"], "layers", tuple(methods.values())).each
    assert each is not None
    assert each.asks == (("forward", 1),)
    assert added(methods["add"], "layer", tuple(methods.values())) == Uses(asks=(("forward", 1),))
    assert added(methods["forward"], "x", tuple(methods.values())) is None


def test_attributes_that_are_set_and_read() -> None:
    methods = functions(NETWORK)
    assert sets(methods["forward"]) == {"out"}
    assert reads(methods["forward"], methods) == {"layers", "measured", "loss", "out", "target"}
