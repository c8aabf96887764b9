"""Of what is left to the night, each test keeps a sample by day, on one kind of database and on the other."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import product
from types import SimpleNamespace

import pytest

from tests.nights import in_turns, left_to_the_night, of_many

KINDS, PLACES = ("sqlite", "postgresql"), ("here", "elsewhere")


@dataclass(eq=False)
class Collected:
    """A test as it is collected, with what it is given."""

    given: dict[str, object]
    marks: list[pytest.Mark] = field(default_factory=list)
    name: str = "tests/test_a.py::test_it"

    @property
    def nodeid(self) -> str:
        return f"{self.name}[{'-'.join(map(str, self.given.values()))}]"

    @property
    def callspec(self) -> SimpleNamespace:
        return SimpleNamespace(params=self.given)

    def get_closest_marker(self, name: str) -> pytest.Mark | None:
        return next((mark for mark in self.marks if mark.name == name), None)


def by_day(items: list[Collected]) -> list[dict[str, object]]:
    left: Iterable[object] = left_to_the_night(items)  # type: ignore[arg-type]
    return [item.given for item in items if item not in left]


def test_those_that_differ_in_their_database_take_turns() -> None:
    items = [
        Collected({"text": text, "database_url": kind}, [in_turns.mark])
        for text, kind in product(("gạo", "nếp", "đậu", "xôi"), KINDS)
    ]
    ran = by_day(items)
    assert [one["text"] for one in ran] == ["gạo", "nếp", "đậu", "xôi"]
    assert sorted(str(one["database_url"]) for one in ran) == ["postgresql"] * 2 + ["sqlite"] * 2


def test_what_is_named_beside_the_database_takes_turns_with_it() -> None:
    items = [
        Collected({"state": state, "goods": place, "database_url": kind}, [in_turns("goods").mark])
        for state, place, kind in product(("a", "b", "c", "d"), PLACES, KINDS)
    ]
    ran = by_day(items)
    assert [one["state"] for one in ran] == ["a", "b", "c", "d"]
    assert {(one["goods"], one["database_url"]) for one in ran} == set(product(PLACES, KINDS))


@pytest.mark.parametrize(("many", "expected"), [(3, [0, 3, 6]), (1, [0]), (8, [0, 1, 2, 3, 4, 5, 6, 7])])
def test_of_many_samples_some_are_tried(many: int, expected: list[int]) -> None:
    items = [Collected({"sample": number}, [of_many(many).mark]) for number in range(8)]
    assert [one["sample"] for one in by_day(items)] == expected


def test_who_names_one_of_them_runs_it_and_the_others_stay() -> None:
    alone = Collected({"sample": 7, "database_url": "postgresql"}, [of_many(1).mark, in_turns.mark])
    assert by_day([alone]) == [alone.given]
    assert by_day([Collected({"sample": 1}), Collected({"sample": 2}, [pytest.mark.nightly.mark])]) == [{"sample": 1}]
