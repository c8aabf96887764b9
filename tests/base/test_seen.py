"""What was seen is what is decided: a digest names the fact that changed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.base.seen import UNSAID, ChangedSince, check_seen, seen_of

BEANS = {"tên": "Đậu xanh", "giá": "32.000 đ", "mô tả": ""}


def test_what_did_not_change_may_be_decided() -> None:
    check_seen(seen_of(BEANS), dict(BEANS))


def test_the_fact_that_changed_is_named_with_what_it_is_now() -> None:
    with pytest.raises(ChangedSince, match=r"giá \(nay là 20\.000 đ\)") as refusal:
        check_seen(seen_of(BEANS), BEANS | {"giá": "20.000 đ"})
    assert "tên" not in refusal.value.sentence
    assert "Chưa ghi gì cả" in refusal.value.sentence


def test_a_fact_that_came_or_went_is_a_change() -> None:
    with pytest.raises(ChangedSince, match="ảnh thứ 2"):
        check_seen(seen_of(BEANS), BEANS | {"ảnh thứ 2": "a1b2"})
    with pytest.raises(ChangedSince, match="nội dung"):
        check_seen(seen_of(BEANS | {"ảnh thứ 2": "a1b2"}), BEANS)


def test_of_many_changes_a_dozen_are_named_and_none_is_taken_for_another() -> None:
    """A sheet of ten thousand rows is compared row by row."""
    rows = {f"dòng {number}": "thêm mới" for number in range(10_000)}
    check_seen(seen_of(rows), rows)
    with pytest.raises(ChangedSince, match=r"dòng 11 \(nay là không đổi\), và 9988 chỗ khác\.") as refusal:
        check_seen(seen_of(rows), dict.fromkeys(rows, "không đổi"))
    assert "dòng 12 " not in refusal.value.sentence


def test_what_is_unsaid_is_compared_but_not_said() -> None:
    with pytest.raises(ChangedSince, match=r"ảnh \(nay là 2 ảnh\)"):
        check_seen(seen_of({"ảnh": f"2 ảnh{UNSAID}a b"}), {"ảnh": f"2 ảnh{UNSAID}a c"})


@pytest.mark.parametrize("seen", ["", "-", "nonsense", "3fa09c01b2d4e5f6" * 40, "đậu"])
def test_what_no_page_made_is_a_change_and_no_fault(seen: str) -> None:
    with pytest.raises(ChangedSince):
        check_seen(seen, BEANS)


@given(st.dictionaries(st.text(max_size=20), st.text(max_size=20), min_size=1, max_size=6), st.data())
def test_any_one_fact_that_differs_is_noticed(facts: dict[str, str], data: st.DataObject) -> None:
    label = data.draw(st.sampled_from(sorted(facts)))
    other = data.draw(st.text(max_size=20).filter(lambda text: text != facts[label]))
    check_seen(seen_of(facts), facts)
    with pytest.raises(ChangedSince):
        check_seen(seen_of(facts), facts | {label: other})
