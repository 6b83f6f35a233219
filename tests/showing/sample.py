"""A document built by hand in the likeness of the seed's worked solution, with one of every part and formula."""

from __future__ import annotations

from typing import Any

from chainrule.showing.parts import (
    Block,
    Code,
    Definitions,
    Document,
    Emphasis,
    Equation,
    Item,
    Line,
    Listing,
    Notice,
    Paragraph,
    Section,
    Table,
)
from chainrule.working.notation import (
    Apply,
    Bracket,
    Cases,
    Entry,
    Formula,
    Fraction,
    Infix,
    InfixOperator,
    Matrix,
    Number,
    Partial,
    Power,
    Prefix,
    Reduction,
    Root,
    Symbol,
    Transposed,
    Words,
)


def s(text: str, version: int | None = None, primes: int = 0) -> Symbol:
    return Symbol(text, version, primes)


def n(text: str | float) -> Number:
    return Number(str(text).replace("-", "−"))


def infix(operator: InfixOperator, *operands: Formula) -> Infix:
    return Infix(operator, operands)


def add(*operands: Formula) -> Infix:
    return infix("+", *operands)


def times(*operands: Formula) -> Infix:
    return infix("·", *operands)


def minus(*operands: Formula) -> Infix:
    return infix("−", *operands)


def d(name: Formula) -> Partial:
    return Partial(s("loss"), (name,))


def matrix(*rows: tuple[float | str, ...], rank: int = 2) -> Matrix:
    made = tuple(tuple(Words("…") if e == "…" else n(e) for e in row) for row in rows)
    return Matrix(made, (len(rows), len(rows[0])) if rank == 2 else (len(rows[0]),))


NODE1, NODE1_ON = s("node_1_output", 1), s("node_1_output", 2)
NODE3, NODE3_ON = s("node_3_output", 1), s("node_3_output", 2)
RELU, SLOPE = s("activation_ReLu"), s("activation_ReLu", None, 1)
TICK = Emphasis("✓", "good")

FORWARD = Section(
    "forward",
    "Forward",
    (
        Equation(
            "forward/node_1_output/1",
            NODE1,
            (
                Line(add(times(s("input1"), s("w1")), times(s("input2"), s("w3")), s("bias1"))),
                Line(add(times(n(1), n(1)), times(n(0), n(1)), n(0.5))),
                Line(n(1.5)),
            ),
        ),
        Equation(
            "forward/node_1_output/2",
            NODE1_ON,
            (
                Line(Apply(RELU, (NODE1,)), ("(this is ReLU; ", infix(">", n(1.5), n(0)), ", so it passes)")),
                Line(n(1.5), (TICK, " the notebook printed 1.5")),
            ),
        ),
        Equation(
            "forward/hidden",
            s("hidden"),
            (
                Line(infix("@", s("X"), Transposed(s("W1"))), ("(shapes: 2×3 @ 3×2 → 2×2)",)),
                Line(infix("@", matrix((1, 0, -2), (0.5, 1, 0)), Transposed(matrix((0.1, 0.2, 0.3), (1, -1, "1.5e-08"))))),
                Line(matrix((-0.5, 1), (0.25, -0.5))),
            ),
        ),
        Equation(
            "forward/clipped",
            s("clipped"),
            (
                Line(Cases(((s("x"), infix("and", infix(">", s("x"), n(0)), infix("≤", s("x"), n(6)))),), n(0))),
                Line(n(0), ("because x is 7: above the window, where the value is constant and the slope is 0",)),
            ),
        ),
    ),
)

LOSS = Section(
    "loss",
    "Loss",
    (
        Equation(
            "loss/loss",
            s("loss"),
            (
                Line(Power(Bracket(minus(s("predicted_value"), s("true_value"))), n(2))),
                Line(Power(Bracket(minus(n(2.5), n(2))), n(2))),
                Line(n(0.25), (TICK, " the notebook printed 0.25")),
            ),
        ),
        Equation(
            "loss/penalty",
            s("penalty"),
            (
                Line(times(Fraction(s("λ"), n(2)), Reduction("sum", Bracket(infix("⊙", s("W1"), s("W1"))), ""))),
                Line(Fraction(Bracket(add(s("a"), n(1))), Root(minus(n(1), Power(s("b"), n(2))))), relation="≈"),
                Line(n("1.5e-08")),
            ),
        ),
    ),
)

LONG_SUM = add(
    *(times(d(s(f"node_{i}_output", 2)), Apply(SLOPE, (s(f"node_{i}_output", 1),)), s(f"w{i}")) for i in range(1, 6)),
)

BACKWARD = Section(
    "backward",
    "Backward",
    (
        Equation(
            "backward/w5",
            d(s("w5")),
            (
                Line(times(d(NODE3_ON), Apply(SLOPE, (NODE3,)), NODE1_ON)),
                Line(times(times(n(2), Bracket(minus(n(2.5), n(2)))), n(1), n(1.5))),
                Line(n(1.5)),
            ),
        ),
        Equation(
            "backward/w3",
            d(s("w3")),
            (Line(times(d(NODE1), s("input2"))), Line(times(n(1), n(0))), Line(n(0), ("because ", s("input2"), " is ", n(0)))),
        ),
        Equation(
            "backward/input1",
            d(s("input1")),
            (
                Line(LONG_SUM, ("(a sum over the five uses of ", s("input1"), ")")),
                Line(
                    Words("unknown"),
                    (
                        "cannot tell: ",
                        Code("np.foo"),
                        " (line 12) has no known derivative",
                    ),
                ),
            ),
        ),
        Equation(
            "backward/second",
            Partial(s("loss"), (s("w5"), s("w6"))),
            (Line(Reduction("mean", Entry(s("W1"), ("0", "1:3")), "rows")), Line(Prefix("−", n("1/10")))),
        ),
    ),
)


def _update(name: str, before: str, slope: str, after: str) -> Equation:
    step = minus(s(name), times(s("LR"), d(s(name))))
    numbers = minus(n(before), times(n(0.01), n(slope)))
    said = (TICK, f" the notebook printed {after}") if name == "w5" else ()
    return Equation(f"update/{name}", s(name), (Line(step, relation="←"), Line(numbers), Line(n(after), said)))


UPDATE = Section(
    "update",
    "Update",
    (
        Paragraph(("one step of gradient descent on every parameter, learning rate ", infix("=", s("LR"), n(0.01)))),
        _update("w1", "1", "1", "0.99"),
        _update("w5", "1", "1.5", "0.985"),
        _update("bias1", "0.5", "1", "0.49"),
        Paragraph(("loss ", n(0.25), " → ", n(0.180965)), "update/loss"),
    ),
)

CHECK = Section(
    "check",
    "Check",
    (
        Table(
            (("name",), ("verdict",), ("here",), ("why",)),
            (
                (
                    (Code("deriv_L_w5"),),
                    (Emphasis("right only here", "doubt"),),
                    (n(1.5),),
                    (
                        "it treats node 3 as if it had no activation: it takes ",
                        NODE3,
                        ", the sum, for the prediction and leaves out ",
                        SLOPE,
                        ". With ",
                        infix("=", s("w5"), n(-1)),
                        " it gives −7.5; the derivative is 0 (a|b, 100%, x_y & {z}).",
                    ),
                ),
                ((Code("new_w5"),), (Emphasis("right", "good"),), (n(0.985),), ("one gradient-descent step",)),
                ((Code("deriv_L_w1"),), (Emphasis("wrong", "bad"),), (n(-12.25),), ()),
            ),
            "llrl",
            "check/table",
        ),
        Definitions(
            (
                Item(
                    "check/claims/1",
                    (Emphasis("dW2"),),
                    (
                        (
                            Emphasis("wrong", "bad"),
                            " (line 31): it leaves out ",
                            SLOPE,
                            " at every node of the layer before it, which is on",
                        ),
                        ("Write instead: ", Code("dW2 = A1.T @ dZ2")),
                    ),
                ),
                Item("check/claims/2", (Emphasis("a_name_that_is_too_long_to_stand_beside"),), ((Emphasis("right", "good"),),)),
                Item("check/claims/3", (NODE3,), ()),
            )
        ),
        Section(
            "check/deriv_L_w5",
            "Write instead",
            (
                Listing(
                    'deriv_L_w5 = 2 * (node_3_output - true_value) \\\n    * slope(z_3) * node_1_output  # −> "it\'s" <b> ~ ^'
                ),
                Paragraph(("re-checked at 48 samples; ", Emphasis("1 piece was not reached", "quiet"), ".")),
            ),
        ),
    ),
)

SAMPLE = Document(
    "notebook.txt, worked out",
    (
        Notice(
            (
                "cell 7 was skipped: it draws a picture (",
                Code("plt.show()"),
                ")",
            )
        ),
        FORWARD,
        LOSS,
        BACKWARD,
        UPDATE,
        CHECK,
    ),
)

FORMULAS: dict[type[Any], Formula] = {
    Symbol: s("node_1_output", 2, 1),
    Number: n("-1.5e-08"),
    Partial: Partial(s("loss"), (s("w1"), s("w1"))),
    Apply: Apply(RELU, (s("z"), n(1))),
    Infix: infix("⊙", s("a"), s("b")),
    Prefix: Prefix("not ", s("done")),
    Fraction: Fraction(Bracket(add(s("a"), n(1))), s("b")),
    Power: Power(s("x"), infix("+", s("k"), n(1))),
    Root: Root(add(s("x"), n(1))),
    Transposed: Transposed(s("W1")),
    Entry: Entry(s("W1"), ("0", "1:3")),
    Reduction: Reduction("max", s("x"), "axis 1"),
    Cases: Cases(((s("z"), infix(">", s("z"), n(0))),), n(0)),
    Matrix: matrix((1, "…", 3), ("…", "…", "…"), (-0.25, "…", 30)),
    Bracket: Bracket(Words("unknown")),
    Words: Words("an array of shape 2×3×4"),
}

BLOCKS: dict[type[Any], Block] = {
    Section: Section("one", "One section", (Paragraph(("inside",)),)),
    Equation: Equation("two", s("y"), (Line(n(2), ("because",)),)),
    Paragraph: Paragraph(("three",), "three"),
    Table: Table((("four",),), ((("4",),),), "r"),
    Definitions: Definitions((Item("3a", ("term",), (("said",), ("more",))),)),
    Listing: Listing("five = 5"),
    Notice: Notice(("six",), "bad"),
}
