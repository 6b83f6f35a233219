from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chainrule.showing.formula_latex import GREEK, OPERATORS, SIGNS, formula_latex
from chainrule.showing.latex import to_latex
from chainrule.showing.parts import Document, Equation, Line
from chainrule.working.notation import Formula, Infix, Number, Power, Symbol, Transposed
from showing.formulas_strategy import HOSTILE_TEXT, formulas, hostile_document
from showing.goldens import check_golden, example_documents, need
from showing.sample import FORMULAS, SAMPLE

WRITTEN = {
    name.strip(" {\\}") for name in (*SIGNS.values(), *OPERATORS.values()) if re.fullmatch(r" ?\{?\\[A-Za-z]+\}? ?", name)
} | {
    *("mathrm", "mathtt", "mathsf", "mathbin", "text", "frac", "sqrt", "sum", "partial", "left", "right", "begin", "end"),
    *("array", "cases", "quad", "qquad", "enspace", "dots", "vdots", "grave"),
    *GREEK.values(),
}
"""Every command that a formula may hold."""


def balanced(source: str) -> bool:
    """Whether every brace that groups is closed."""
    depth = 0
    for brace in re.findall(r"(?<!\\)(?:\\\\)*([{}])", source):
        depth += 1 if brace == "{" else -1
        if depth < 0:
            return False
    return depth == 0


def compiled(tmp_path: Path, source: str) -> str:
    """The log of pdflatex on the source; it fails where pdflatex does."""
    pdflatex = shutil.which("pdflatex")
    need(pdflatex, "pdflatex")
    (tmp_path / "solution.tex").write_text(source, encoding="utf-8")
    command = [str(pdflatex), "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", "solution.tex"]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, errors="replace", timeout=120, check=False)
    assert run.returncode == 0, run.stdout[-3000:]
    return run.stdout


def test_the_sample_is_as_it_was() -> None:
    check_golden("sample.tex", to_latex(SAMPLE))


def test_every_kind_of_formula_is_as_it_was() -> None:
    check_golden("formulas.tex", "".join(f"{kind.__name__}: {formula_latex(f)}\n" for kind, f in FORMULAS.items()))


@settings(deadline=None)
@given(formulas)
def test_a_formula_is_balanced_and_has_only_the_commands_we_write(formula: Formula) -> None:
    source = formula_latex(formula)
    assert balanced(source), source
    assert source.count(r"\left") - source.count(r"\leftarrow") == source.count(r"\right") - source.count(r"\rightarrow")
    assert set(re.findall(r"\\([A-Za-z]+)", source.replace(r"\\", ""))) <= WRITTEN
    assert not re.search(r"(?<!\\)[$#%~`]", source), source
    assert "\n" not in source


def test_a_number_with_an_exponent_is_bracketed_before_it_is_raised() -> None:
    assert formula_latex(Power(Number("1.5e-08"), Number("2"))) == r"(1.5 \times 10^{-8})^{2}"
    assert formula_latex(Power(Number("1/2"), Number("2"))) == r"\left(\frac{1}{2}\right)^{2}"


def test_nothing_is_raised_twice() -> None:
    assert formula_latex(Transposed(Power(Symbol("x"), Number("2")))) == r"{x^{2}}^{\mathsf{T}}"
    assert formula_latex(Power(Symbol("f", None, 1), Number("2"))) == r"{f'}^{2}"


def test_the_sample_compiles_within_its_lines(tmp_path: Path) -> None:
    assert "Overfull" not in compiled(tmp_path, to_latex(SAMPLE))


def test_every_example_compiles_within_its_lines(tmp_path: Path) -> None:
    need(shutil.which("pdflatex"), "pdflatex")
    for name, document in example_documents().items():
        folder = tmp_path / name
        folder.mkdir()
        assert "Overfull \\hbox" not in compiled(folder, to_latex(document)), name


def test_hostile_text_compiles_and_reads_no_file(tmp_path: Path) -> None:
    source = to_latex(hostile_document(HOSTILE_TEXT))
    assert r"\input" not in source
    compiled(tmp_path, source)


@settings(max_examples=4, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(made=st.lists(formulas, min_size=30, max_size=30))
def test_random_formulas_compile(made: list[Formula], tmp_path_factory: pytest.TempPathFactory) -> None:
    lines = tuple(Line(formula) for formula in made)
    compiled(tmp_path_factory.mktemp("random"), to_latex(Document("random", (Equation("e", Symbol("y"), lines),))))


def test_a_long_sum_is_broken_before_its_signs() -> None:
    long = Infix("+", tuple(Symbol(f"a_rather_long_name_{i}") for i in range(12)))
    source = to_latex(Document("", (Equation("e", Symbol("y"), (Line(long),)),)))
    rows = source.split(r"\begin{align*}")[1].split(r"\end{align*}")[0].split(r"\\")
    assert len(rows) > 2
    assert all(row.strip().startswith(r"&\qquad {} +") for row in rows[1:])
