"""Entries of one container are said once, and nothing is lost or mixed up by it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from chainrule.checking.families import collected, judged_alike, merged, without_indices
from chainrule.checking.verdicts import Judgement
from chainrule.graph.records import Name, Source


def test_a_number_that_all_share_stays() -> None:
    assert merged(["W[0][1] of a[2]", "W[3][1] of a[2]"]) == "W[…][1] of a[2]"


def test_a_few_entries_are_named_and_many_are_said_once() -> None:
    assert collected(["x[0]", "x[1]", "y"]) == ["x[0]", "x[1]", "y"]
    assert collected([f"data[{i}][1]" for i in range(9)] + ["b", "W[-1]"]) == ["data[…][1]", "b", "W[-1]"]


@given(st.lists(st.from_regex(r"[a-c](\[\d\])?", fullmatch=True), unique=True))
def test_each_name_is_in_one_of_the_texts(names: list[str]) -> None:
    texts = collected(names)
    for name in names:
        assert name in texts or without_indices(name) in texts


def judgement(text: str, because: str = "∂loss/∂W[0]", line: int = 1, node: int = 0) -> Judgement:
    return Judgement(Name(text), node, text, "right", because, source=Source(line))


def test_what_differs_in_more_than_an_index_stands_alone() -> None:
    alike = [judgement("W[0]"), judgement("W[1]", "∂loss/∂W[1]")]
    apart = [judgement("W[2]", line=2), judgement("W[3]", "another reason"), judgement("b", node=5), judgement("b", node=6)]
    assert judged_alike([*alike, *apart]) == [alike, *([j] for j in apart)]
