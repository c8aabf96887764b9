"""Two rows or businesses that were joined by mistake are taken apart again; what each brought stays told (office 6)."""

from collections.abc import Sequence

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.base import clock
from market.base.audit import Actor
from market.base.db import transaction
from market.base.errors import Conflict, NotFound
from market.base.seen import seen_of
from market.sellers import actions, queries
from market.sellers.actions import NewBusiness, Parting, import_register, part_businesses, register_rows
from market.sellers.models import AnswerAbout, Business, BusinessHistory, BusinessKind, RegisterAnswer, RegisterJoin
from market.sellers.previews import look_at
from market.sellers.rules import ImportReport, RowOutcome
from market.values.period import local_day
from tests.cast import Cast
from tests.events import events_of
from tests.nights import in_turns, on_both

pytestmark = [on_both, in_turns]  # alike on both kinds of database: one kind by day, the other with the next test

HEAD = "Tên cơ sở,Loại hình,Thôn,Điện thoại,Chủ cơ sở"
OLD = "Tạp hóa An,Hộ kinh doanh,Mỗ Đoạn,0912345678,Trần Văn An"
NEW = "HKD Tạp hoá An,Hộ kinh doanh,Mỗ Đoạn,0987654321,Trần Văn An"


def csv(*rows: str) -> bytes:
    return "\n".join([HEAD, *rows]).encode()


def take(cast: Cast, *rows: str) -> ImportReport:
    with transaction() as session:
        read = register_rows(csv(*rows), queries.beside(session, cast.commune).vocabulary)
        return import_register(session, Actor(person_id=cast.hung), cast.commune, read, clock=clock.now)


def say(cast: Cast, *rows: str, meaning: int) -> int:
    """Answer what the file asks about twins with its choice of this number; how many are asked."""
    with transaction() as session:
        asked = [one for one in look_at(session, cast.commune, csv(*rows)).questions if one.about == AnswerAbout.TWIN]
        given = {one.key: one.choices[meaning][0] for one in asked}
        actions.answer_questions(session, Actor(person_id=cast.hung), cast.commune, asked, given, clock=clock.now)
        return len(asked)


def named(session: Session, *names: str) -> list[tuple[str, str | None]]:
    session.expire_all()
    query = select(Business.name, Business.phone).where(Business.name.in_(names)).order_by(Business.id)
    return [(name, phone and phone.national) for name, phone in session.execute(query)]


def parting(cast: Cast, session: Session) -> Parting:
    session.expire_all()
    join = session.scalars(select(RegisterJoin).order_by(RegisterJoin.id.desc())).first()
    assert join
    seen = seen_of(queries.join_facts(join.business, join))
    return Parting(commune_id=cast.commune, business_id=join.business_id, join_id=join.id, seen=seen)


def part(cast: Cast, asked: Parting) -> int:
    with transaction() as session:
        return part_businesses(session, Actor(person_id=cast.hung), asked, clock=clock.now)


BOTH = ("Tạp hóa An", "HKD Tạp hoá An")


def test_a_row_that_was_joined_to_a_business_is_taken_apart_again(cast: Cast, session: Session) -> None:
    take(cast, OLD)
    assert take(cast, NEW).asked
    assert say(cast, NEW, meaning=1) == 1
    take(cast, NEW)
    assert named(session, *BOTH) == [("HKD Tạp hoá An", "0987 654 321")]
    [join] = session.scalars(select(RegisterJoin)).all()
    assert (join.before["name"], join.brought["name"]) == BOTH
    assert (join.before["phone"], join.brought["phone"]) == ("+84912345678", "+84987654321")

    new_id = part(cast, parting(cast, session))

    assert named(session, *BOTH) == [("Tạp hóa An", "0912 345 678"), ("HKD Tạp hoá An", "0987 654 321")]
    assert session.get_one(Business, new_id).name == "HKD Tạp hoá An"
    assert session.scalars(select(BusinessHistory).where(BusinessHistory.business_id == new_id)).one().source
    assert [one.verb for one in events_of(session, "business", join.business_id)][-1] == "part_business"
    session.refresh(join)
    assert (join.parted_id, join.parted_by, join.brought["name"]) == (new_id, cast.hung, "HKD Tạp hoá An")


def test_the_next_files_keep_apart_what_was_taken_apart(cast: Cast, session: Session) -> None:
    take(cast, OLD)
    say(cast, NEW, meaning=1)
    take(cast, NEW)
    part(cast, parting(cast, session))
    for rows in ([NEW], [OLD, NEW], [NEW, OLD]):
        report = take(cast, *rows)
        assert [one.outcome for one in report.decisions] == [RowOutcome.UNCHANGED] * len(rows)
    assert len(named(session, *BOTH)) == 2


def test_the_same_tap_twice_takes_apart_once(cast: Cast, session: Session) -> None:
    take(cast, OLD)
    say(cast, NEW, meaning=1)
    take(cast, NEW)
    asked = parting(cast, session)
    assert part(cast, asked) == part(cast, asked)
    assert len(named(session, *BOTH)) == 2


def test_what_somebody_said_since_stays(cast: Cast, session: Session) -> None:
    take(cast, OLD)
    say(cast, NEW, meaning=1)
    take(cast, NEW)
    old = parting(cast, session)
    take(cast, NEW.replace("0987654321", "0987654321").replace("Trần Văn An", "Trần Thị Bình"))
    with pytest.raises(Conflict, match="đã có thay đổi"):
        part(cast, old)
    part(cast, parting(cast, session))
    owners = session.execute(select(Business.name, Business.owner_name).where(Business.name.in_(BOTH))).all()
    assert sorted(map(tuple, owners)) == [("HKD Tạp hoá An", "Trần Văn An"), ("Tạp hóa An", "Trần Thị Bình")]


def test_a_third_business_that_is_known_so_already_is_told(cast: Cast, session: Session) -> None:
    take(cast, OLD)
    say(cast, NEW, meaning=1)
    take(cast, NEW)
    with transaction() as writing:
        new = NewBusiness(
            commune_id=cast.commune,
            hamlet_id=cast.mo_doan,
            kind=BusinessKind.HOUSEHOLD_BUSINESS,
            name="Tạp hóa An",
            phone=session.scalars(select(Business.phone).where(Business.id == cast.lan.business)).one(),
            valid_from=local_day(clock.now()),
            source="giấy",
        )
        actions.add_business(writing, Actor(person_id=cast.hung), new, now=clock.now())
    part(cast, parting(cast, session))
    assert len(named(session, *BOTH)) == 3


def test_another_commune_s_join_is_not_there(cast: Cast, session: Session) -> None:
    take(cast, OLD)
    say(cast, NEW, meaning=1)
    take(cast, NEW)
    asked = parting(cast, session)
    for other in (
        Parting(commune_id=cast.commune + 1, business_id=asked.business_id, join_id=asked.join_id, seen=asked.seen),
        Parting(commune_id=cast.commune, business_id=cast.lan.business, join_id=asked.join_id, seen=asked.seen),
    ):
        with pytest.raises(NotFound):
            part(cast, other)


# --- two rows of one file


FULL = "Tạp hóa An,Hộ kinh doanh,Mỗ Đoạn,0912345678,Trần Văn An"
THIN = "HKD Tạp hoá An,Hộ kinh doanh,Mỗ Đoạn,0987654321,"
BARE = "Cơ sở tạp hóa An,Hộ kinh doanh,Mỗ Đoạn,,Trần Văn An"


@pytest.mark.parametrize("rows", [(FULL, THIN), (THIN, FULL)])
def test_two_rows_of_one_file_that_may_be_one_are_asked_about(
    cast: Cast, session: Session, rows: Sequence[str]
) -> None:
    report = take(cast, *rows)
    [asked] = report.asked
    assert (asked.name, "là một hay hai cơ sở" in asked.reason) == ("HKD Tạp hoá An", True)
    assert named(session, "Tạp hóa An", "HKD Tạp hoá An") == [("Tạp hóa An", "0912 345 678")]
    assert say(cast, *rows, meaning=2) == 1
    assert take(cast, *rows).count(RowOutcome.CREATED) == 1
    assert len(named(session, *BOTH)) == 2
    again = take(cast, *rows)
    assert {one.outcome for one in again.decisions} == {RowOutcome.UNCHANGED}


@pytest.mark.parametrize("rows", [(FULL.replace("0912345678", ""), THIN), (THIN, FULL.replace("0912345678", ""))])
def test_two_rows_that_are_one_become_one_business_and_can_be_taken_apart(
    cast: Cast, session: Session, rows: Sequence[str]
) -> None:
    assert say(cast, *rows, meaning=1) == 1
    report = take(cast, *rows)
    assert (report.count(RowOutcome.CREATED), report.count(RowOutcome.UNCHANGED)) == (1, 1)
    [known] = named(session, *BOTH)
    assert known[1] == "0987 654 321"
    owner = session.scalars(select(Business.owner_name).where(Business.name.in_(BOTH))).one()
    assert owner == "Trần Văn An", "what either says is kept"
    assert {one.outcome for one in take(cast, *rows).decisions} == {RowOutcome.UNCHANGED}

    part(cast, parting(cast, session))

    told = dict(named(session, *BOTH))
    assert told == {"Tạp hóa An": None, "HKD Tạp hoá An": "0987 654 321"}
    assert {one.outcome for one in take(cast, *rows).decisions} == {RowOutcome.UNCHANGED}
    answers = session.scalars(select(RegisterAnswer.meaning).where(RegisterAnswer.about == AnswerAbout.TWIN)).all()
    assert set(answers) == {"-1"}, "the rows, and the two businesses, are apart"


def test_rows_that_are_surely_two_are_not_asked_about(cast: Cast) -> None:
    other_hamlet = "Tạp hóa An,Hộ kinh doanh,Nghĩa Dũng,0977777777,Lê Thị Hoa"
    assert take(cast, FULL, other_hamlet, "Rau Bình,Hộ kinh doanh,Mỗ Đoạn,,").asked == []
