"""--exact works in fractions, in which a literal 0.1 is 1/10."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

import chainrule

tenths = st.integers(-40, 40).map(lambda n: Fraction(n, 10))


def explained(text: str) -> chainrule.Work:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "network.py"
        path.write_text(text, encoding="utf-8")
        work = chainrule.explain(path, exact=True)
        work.document()
        return work


@settings(max_examples=25, deadline=None)
@given(tenths, tenths, tenths)
def test_exact_values_are_those_of_fractions(w: Fraction, x: Fraction, t: Fraction) -> None:
    work = explained(f"w = {float(w)}\nx = {float(x)}\nt = {float(t)}\np = w * x\nloss = (p - t) ** 2\n")
    last = tuple(work.forward)[-1]
    (gradient,) = (s.value for s in work.backward if s.name is not None and s.name.text == "w")
    assert last.value == (w * x - t) ** 2
    assert gradient == 2 * (w * x - t) * x


def test_the_shown_numbers_are_fractions() -> None:
    text = str(explained("w = 0.1\nx = 0.2\nt = 1.0\np = w * x\nloss = (p - t) ** 2\n"))
    assert "  p = w · x\n    = 1/10 · 1/5\n    = 1/50\n" in text
    assert "           = (−49/25) · 1/5\n           = −49/125\n" in text


def test_where_an_op_leaves_the_fractions_numbers_stand() -> None:
    text = str(explained("import math\nw = 0.1\nx = 0.2\nloss = math.exp(w * x)\n"))
    assert "1.0202" in text
