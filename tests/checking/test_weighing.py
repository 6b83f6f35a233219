"""What a verdict says where no sample can be computed."""

from __future__ import annotations

from pathlib import Path

import pytest

import chainrule

LAYER = "loss = np.sum((w * x) ** 2)\ndw = 2 * w * x ** 2\nw = w - 0.1 * dw\n"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (
            "x = np.array([1.0, np.nan])\n",
            "x (line 2) holds a NaN, and so does all that is made of it. Leave such rows out, or fill them",
        ),
        (
            "x = np.sqrt(np.array([1.0, -4.0]))\n",
            "x (line 2) holds a NaN, and so does all that is made of it. Leave such rows out, or fill them",
        ),
    ],
)
def test_a_nan_is_named_with_its_line(data: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text(f"import numpy as np\n{data}w = np.array([1.0, 2.0])\n{LAYER}", encoding="utf-8")
    (dw,) = chainrule.check(path).claims
    assert (dw.verdict, dw.because) == ("cannot tell", said)


def test_a_nan_at_the_programs_own_values_hides_nothing_that_other_values_show(tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text(
        "import numpy as np\nx = np.array([1.0, 2.0])\nw = np.array([1.0, -2.0])\nh = np.log(w - 3)\n"
        "loss = np.sum(h * x)\ndw = x / (w - 3)\nw = w - 0.1 * dw\n",
        encoding="utf-8",
    )
    (dw,) = chainrule.check(path).claims
    assert (dw.verdict, dw.because) == ("right", "∂loss/∂w")
