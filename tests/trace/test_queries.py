"""What is asked about lots is answered of the lot, the stall, the product and the commune that is meant, in order."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from market.base.db import transaction
from market.base.errors import NotFound
from market.catalog.models import Variant
from market.sellers.models import Stall
from market.trace.models import JournalEntry, Lot, Scan, Stamp
from market.trace.queries import (
    LotPage,
    PublicLot,
    Visitors,
    codes_for_sale,
    entry_of_lot,
    goods_to_open,
    journal_lines,
    journal_of,
    lot_of_commune,
    lot_of_stall,
    lots_of_product_public,
    lots_of_stall,
    print_runs,
    public_lot,
    stamp_by_code,
    stamps_between,
    visitors_of,
)
from market.trace.queries import lots as lot_queries
from market.trace.rules import JournalKind, LotState, PhiVerdict, StampState, StampTerms
from market.values.period import day_end, day_start
from tests import factories as make
from tests.cast import Cast
from tests.conftest import Clock
from tests.nights import in_turns
from tests.queries import counting

pytestmark = in_turns  # alike on both kinds of database: one kind by day, the other with the next test

DAY = date(2026, 10, 20)
MORNING = datetime(2026, 10, 20, 2, tzinfo=UTC)


def lot(session: Session, code: str, variant: int, **fields: object) -> Lot:
    """A sealed lot of the product of a variant, as it stands in the table."""
    product = session.get_one(Variant, variant).product
    values = {"state": LotState.SEALED, "created_at": MORNING} | fields
    place = {"commune_id": product.commune_id, "stall_id": product.stall_id, "product_id": product.id}
    found = Lot(code=code, plot="Ruộng 12", **place, **values)
    session.add(found)
    session.flush()
    return found


def written(session: Session, lot_id: int, **fields: object) -> JournalEntry:
    values = {
        "kind": JournalKind.SOWING,
        "happened_on": DAY,
        "recorded_at": MORNING,
    }
    line = JournalEntry(lot_id=lot_id, **(values | fields))
    session.add(line)
    session.flush()
    return line


def stamps(session: Session, lot_id: int, states: list[StampState], at: datetime, first: int = 1) -> list[Stamp]:
    made = [
        Stamp(lot_id=lot_id, code=f"{lot_id}-{serial}", serial=serial, state=state, printed_at=at)
        for serial, state in enumerate(states, first)
    ]
    session.add_all(made)
    session.get_one(Lot, lot_id).stamps_printed = first + len(states) - 1
    session.flush()
    return made


def neighbour(session: Session, now: datetime) -> tuple[int, int]:
    """Another commune's id, and a variant of its seller's."""
    far = make.make_commune(session, code="10507", name="xã Khác", letters="KH", host="khac.test")
    people = [make.make_person(session, far, name, "0900 000 053", now) for name in ("Chủ", "Cán Bộ")]
    business = make.make_business(session, make.make_hamlet(session, far, "thôn Xa"), "Chè", now)
    return far.id, make.make_product(session, make.make_stall(session, business, *people, now), "Chè xanh", now).id


@pytest.mark.parametrize(("total", "pages"), [(0, 1), (1, 1), (30, 1), (31, 2), (60, 2), (61, 3)])
def test_thirty_lots_are_a_page_and_none_are_one_too(total: int, pages: int) -> None:
    assert LotPage(rows=(), total=total, page=1).pages == pages


def test_a_stall_s_list_counts_its_own_lots_and_each_lot_s_own_lines(cast: Cast, session: Session) -> None:
    with transaction() as writing:
        older, newer = (lot(writing, code, cast.gao_nep) for code in "AB")
        lot(writing, "C", cast.rau_muong)
        for lot_id in (older.id, newer.id, newer.id):
            written(writing, lot_id)
    page = lots_of_stall(session, cast.htx.stall)
    assert [(row.code, row.entries) for row in page.rows] == [("B", 2), ("A", 1)]
    assert page.total == 2
    assert [lots_of_stall(session, stall).total for stall in (cast.lan.stall, cast.tu.stall)] == [1, 0]


def test_a_code_names_a_lot_of_its_stall_and_of_its_commune(cast: Cast, session: Session, now: Clock) -> None:
    """Each commune begins its codes anew; an open lot is nobody's but its stall's and its office's."""
    with transaction() as writing:
        other_commune, tea = neighbour(writing, now())
        here, opened = lot(writing, "L1", cast.gao_nep).id, lot(writing, "L2", cast.gao_nep).id
        writing.execute(update(Lot).where(Lot.id == opened).values(state=LotState.OPEN))
        recalled = lot(writing, "L3", cast.rau_muong, state=LotState.RECALLED).id
        there = lot(writing, "L1", tea).id
    assert lot_of_stall(session, cast.htx.stall, "L1").id == lot_of_commune(session, cast.commune, " l1 ").id == here
    assert lot_of_stall(session, cast.htx.stall, "L1").terms == StampTerms(), "where nothing else was said"
    assert lot_of_stall(session, cast.htx.stall, "L2").id == lot_of_commune(session, cast.commune, "L2").id == opened
    assert lot_of_commune(session, other_commune, "L1").id == public_lot(session, other_commune, "L1").id == there
    assert [public_lot(session, cast.commune, code).id for code in ("L1", "L3")] == [here, recalled]
    for ask in (
        lambda: lot_of_stall(session, cast.lan.stall, "L1"),
        lambda: lot_of_commune(session, other_commune, "L2"),
        lambda: public_lot(session, other_commune, "L3"),
        lambda: public_lot(session, cast.commune, "L2"),
    ):
        with pytest.raises(NotFound):
            ask()


def test_lines_are_those_of_their_lot_and_none_that_withdraws_another_is_corrected(
    cast: Cast, session: Session
) -> None:
    with transaction() as writing:
        one, other = (lot(writing, code, cast.gao_nep).id for code in "AB")
        late, early = written(writing, one), written(writing, one, happened_on=DAY - timedelta(days=9))
        gone = written(writing, one, corrects_id=late.id, is_withdrawal=True)
        written(writing, other)
        ids = late.id, early.id, gone.id
    assert [line.id for line in journal_of(session, one)] == list(ids)
    assert entry_of_lot(session, one, ids[1]).id == ids[1]
    for lot_id, entry_id in ((other, ids[1]), (one, ids[2]), (one, 999)):
        with pytest.raises(NotFound):
            entry_of_lot(session, lot_id, entry_id)


def test_a_journal_is_read_newest_day_first_each_line_with_what_it_said_before(cast: Cast, session: Session) -> None:
    """Of one day the line written last is first; one that was withdrawn stays in its place."""
    with transaction() as writing:
        lot_id = lot(writing, "A", cast.gao_nep).id
        cut = written(writing, lot_id, kind=JournalKind.HARVEST, amount=1000, unit="kg")
        fed, sown = (written(writing, lot_id, happened_on=DAY - timedelta(days=9)) for _ in range(2))
        second = written(writing, lot_id, corrects_id=fed.id, happened_on=DAY - timedelta(days=20))
        third = written(writing, lot_id, corrects_id=second.id, happened_on=DAY - timedelta(days=30))
        gone = written(writing, lot_id, corrects_id=sown.id, happened_on=sown.happened_on, is_withdrawal=True)
        ids = [one.id for one in (cut, sown, third)]
        before = {third.id: [second.id, fed.id], cut.id: [], sown.id: []}
        withdrawn = {sown.id: gone.id}
    lines = journal_lines(journal_of(session, lot_id))
    assert [line.entry.id for line in lines] == ids
    assert {line.entry.id: [old.id for old in line.before] for line in lines} == before
    assert {line.entry.id: line.withdrawal.id for line in lines if line.withdrawal} == withdrawn
    assert [line.phi and line.phi.verdict for line in lines] == [PhiVerdict.NO_SPRAY, None, None]


def test_a_line_is_late_from_the_third_day_on_in_vietnam_s_days(cast: Cast, session: Session) -> None:
    midnight = datetime(2026, 10, 19, 17, tzinfo=UTC)  # the first moment of the 20th in Vietnam
    with transaction() as writing:
        lot_id = lot(writing, "A", cast.gao_nep).id
        for days in (4, 3, 2, 0):
            written(writing, lot_id, recorded_at=midnight + timedelta(days=days))
        written(writing, lot_id, on_behalf_of=cast.htx.business)
    by_helper, *lines = journal_lines(journal_of(session, lot_id))
    assert [(line.days_late, line.is_late) for line in lines] == [(0, False), (2, False), (3, True), (4, True)]
    assert [line.is_by_helper for line in (by_helper, *lines)] == [True, *[False] * 4]


def test_runs_of_stamps_are_of_their_lot_with_how_many_are_active_and_void(
    cast: Cast, session: Session, now: Clock
) -> None:
    printed, active, void = StampState.PRINTED, StampState.ACTIVATED, StampState.VOID
    with transaction() as writing:
        one, other = (lot(writing, code, cast.gao_nep).id for code in "AB")
        stamps(writing, one, [active, active, void, printed], now())
        stamps(writing, other, [active] * 5, now())
        stamps(writing, one, [void, void, printed], now() + timedelta(hours=1), first=5)
    runs = [(run.first, run.last, run.count, run.active, run.void) for run in print_runs(session, one)]
    assert runs == [(5, 7, 3, 0, 2), (1, 4, 4, 2, 1)]
    assert stamps_between(session, one, 2, 7) == [(serial, f"{one}-{serial}") for serial in (2, 4, 7)]
    found = stamp_by_code(session, f"{other}-2")
    assert found
    assert (found.lot_id, found.serial, stamp_by_code(session, "none")) == (other, 2, None)


def test_visitors_are_a_stamp_s_own_since_the_moment_asked_for(cast: Cast, session: Session, now: Clock) -> None:
    with transaction() as writing:
        lot_id = lot(writing, "A", cast.gao_nep).id
        one, other = (stamp.id for stamp in stamps(writing, lot_id, [StampState.ACTIVATED] * 2, now()))
        for visitor, seconds in (("a", -1), ("b", 0), ("c", 1)):
            writing.add(Scan(stamp_id=one, visitor=visitor, at=now() + timedelta(seconds=seconds)))
        writing.add(Scan(stamp_id=other, visitor="d", at=now()))
    later = now() + timedelta(seconds=1)
    assert visitors_of(session, one, "a", since=now()) == Visitors(count=2, first_at=now(), has_this=True)
    assert visitors_of(session, other, "d", since=later) == Visitors(count=0, first_at=None, has_this=True)
    assert [visitors_of(session, one, visitor, since=now()).has_this for visitor in "abd"] == [True, True, False]


def public_lots(session: Session, product_id: int) -> Sequence[PublicLot]:
    return lots_of_product_public(session, product_id, today=DAY)


def test_a_product_s_public_lots_tell_of_themselves_alone(cast: Cast, session: Session) -> None:
    """The last of its harvests in force, and how many lines are in force; nothing where none is sealed."""
    rice, greens = (session.get_one(Variant, one).product_id for one in (cast.gao_nep, cast.rau_muong))
    with transaction() as writing:
        first, newer = (lot(writing, code, cast.gao_nep, best_before=DAY).id for code in "AB")
        lot(writing, "C", cast.rau_muong)
        cut = {"kind": JournalKind.HARVEST, "amount": 1000, "unit": "kg"}
        wrong = written(writing, first, **cut, happened_on=DAY + timedelta(days=9))
        written(writing, first, **cut, corrects_id=wrong.id)
        written(writing, first, **cut, happened_on=DAY - timedelta(days=1))
        written(writing, first, happened_on=DAY + timedelta(days=1))
        written(writing, newer)
    told = [(one.code, one.harvested_on, one.best_before, one.entries) for one in public_lots(session, rice)]
    assert told == [("B", None, DAY, 1), ("A", DAY, DAY, 3)]
    assert codes_for_sale(session, [rice], now=day_start(DAY)) == {rice: "B"}
    assert codes_for_sale(session, [greens, rice], now=day_end(DAY) - timedelta(seconds=1)) == {rice: "B", greens: "C"}
    assert codes_for_sale(session, [greens, rice], now=day_end(DAY)) == {greens: "C"}
    with counting() as asked:
        assert public_lots(session, session.get_one(Variant, cast.ruoi).product_id) == []
    assert len([statement for statement in asked if "journal_entry" in str(statement)]) == 0


def test_a_stall_s_goods_are_offered_by_name_and_no_other_s(cast: Cast, session: Session, now: Clock) -> None:
    with transaction() as writing:
        stall = writing.get_one(Stall, cast.lan.stall)
        for name in ("Bí xanh", "Đu đủ"):
            make.make_product(writing, stall, name, now())
    assert list(goods_to_open(session, cast.lan.stall).values()) == ["Bí xanh", "Đậu xanh", "Đu đủ", "Rau muống"]


def test_of_many_goods_the_newest_are_offered_and_the_one_that_is_wanted(
    cast: Cast, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lot_queries, "MOST_GOODS", 1)
    product = session.get_one(Variant, cast.rau_muong).product_id
    assert list(goods_to_open(session, cast.lan.stall).values()) == ["Đậu xanh"]
    assert list(goods_to_open(session, cast.lan.stall, product).values()) == ["Đậu xanh", "Rau muống"]
    assert list(goods_to_open(session, cast.htx.stall, product).values()) == ["Gạo nếp cái hoa vàng"]
