"""Whom of a shared phone a sign-in means."""

from datetime import UTC, datetime, timedelta

import pytest

from market.accounts.rules import SignInCandidate, called, likeliest

THEN = datetime(2026, 11, 24, 2, tzinfo=UTC)


def one(number: int, name: str, *, here: bool = False, proven: bool = False, days: int = 0) -> SignInCandidate:
    used_at = THEN + timedelta(days=days)
    return SignInCandidate(
        person_id=number, name=name, password_hash="x", is_known_here=here, is_proven=proven, used_at=used_at
    )


HOUSE = [
    one(1, "Nguyễn Thị Lan", proven=True),
    one(2, "Nguyễn Văn Đức", days=3),
    one(3, "Nguyễn Thị Lan Anh", here=True),
    one(4, "Nguyễn Văn Lân", days=1),
]


@pytest.mark.parametrize(
    ("name", "meant"),
    [("Nguyễn Thị Lan", 1), ("thi lan", 1), ("Đức", 2), ("ông duc", 2), ("anh", 3), ("Lan Anh", 3), ("Văn Lân", 4)],
)
def test_a_name_means_who_bears_it_however_it_is_typed(name: str, meant: int) -> None:
    found = likeliest(HOUSE, name)
    assert found
    assert found.person_id == meant


def test_without_a_name_it_is_who_is_known_here_then_who_is_proven_then_who_came_last() -> None:
    for name in ("", "Mơ"):
        ranked = []
        left = list(HOUSE)
        while found := likeliest(left, name):
            ranked.append(found.person_id)
            left.remove(found)
        assert ranked == [3, 1, 2, 4]
    assert likeliest([], "Lan") is None


def test_who_was_chosen_goes_before_a_name_and_only_where_this_device_knows_them() -> None:
    assert [likeliest(HOUSE, "Đức", chosen) for chosen in (3, 1)] == [HOUSE[2], HOUSE[1]]
    twins = [one(8, "Lan"), one(7, "Lan")]
    assert likeliest(twins, "lan") == twins[1], "the same one whatever the order"


def test_people_of_a_house_are_called_by_their_first_names_as_far_as_those_tell_them_apart() -> None:
    assert called(["Nguyễn Thị Lan", "Lê Thu Lan", "Phạm Văn Bình", "Hoa"]) == {
        "Nguyễn Thị Lan": "Thị Lan",
        "Lê Thu Lan": "Thu Lan",
        "Phạm Văn Bình": "Bình",
        "Hoa": "Hoa",
    }
