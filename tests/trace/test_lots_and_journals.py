"""A lot opens, its journal only grows, it is sealed when it may be, and recalled when it must."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import text, update
from sqlalchemy.exc import DatabaseError, IntegrityError
from sqlalchemy.orm import Session

from market.base.audit import Actor
from market.base.db import transaction
from market.base.errors import Conflict, NotFound, Refused
from market.catalog.models import Variant
from market.sellers.models import Stall
from market.trace import actions
from market.trace.actions import LotDetails, NewEntry, NewLot, Serials, Withdrawal
from market.trace.models import Lot
from market.trace.queries import journal_of, lot_of_stall, lots_of_stall
from market.trace.rules import JournalKind, LotState
from market.values.period import local_day
from tests.cast import Cast
from tests.conftest import Clock
from tests.events import events_of
from tests.nights import in_turns
from tests.queries import counting
from tests.trace import steps
from tests.web.base.world import World

pytestmark = in_turns  # alike on both kinds of database: one kind by day, the other with the next test


def act(change: Callable[[Session], object]) -> object:
    with transaction() as session:
        return change(session)


def test_lots_are_named_by_day_and_letter(cast: Cast, now: Clock) -> None:
    assert [steps.rice_lot(cast, now()) for _ in range(2)] == ["L261124A", "L261124B"]
    now.move(days=1)
    assert steps.rice_lot(cast, now()) == "L261125A"


def test_the_letters_of_a_day_begin_anew_in_another_commune(cast: Cast, now: Clock) -> None:
    world = World.make(cast, now())
    for _ in range(2):
        steps.rice_lot(cast, now())
    new = NewLot(product_id=int(str(world.elsewhere["product_id"])), details=steps.RICE)
    with transaction() as session:
        stall = session.get_one(Lot, world.elsewhere["lot_id"]).stall_id
        assert actions.open_lot(session, Actor(), stall, new, clock=now) == "L261124B"


def test_a_lot_sent_twice_is_one_lot(cast: Cast, now: Clock, session: Session) -> None:
    assert steps.rice_lot(cast, now(), key="k1") == steps.rice_lot(cast, now(), key="k1")
    assert [steps.rice_lot(cast, now(), key="k2") for _ in range(2)] == ["L261124B"] * 2
    ruoi = session.get_one(Variant, cast.ruoi).product_id
    new = NewLot(product_id=ruoi, details=steps.RICE, client_key="k1")
    of_another_stall = [act(lambda s: actions.open_lot(s, Actor(), cast.tu.stall, new, clock=now)) for _ in range(2)]
    assert of_another_stall == ["L261124C"] * 2


def test_lots_opened_at_once_get_codes_of_their_own(app: Flask, cast: Cast, now: Clock) -> None:
    def open_one(number: int) -> str:
        with app.app_context():
            return steps.rice_lot(cast, now(), key=f"k{number % 6}")

    with ThreadPoolExecutor(8) as pool:
        codes = list(pool.map(open_one, range(12)))
    assert sorted(set(codes)) == [f"L261124{letter}" for letter in "ABCDEF"]


def test_nobody_opens_a_lot_of_anothers_goods(cast: Cast, now: Clock, session: Session) -> None:
    ruoi = session.get_one(Variant, cast.ruoi).product_id
    new = NewLot(product_id=ruoi, details=steps.RICE)
    with pytest.raises(NotFound), transaction() as writing:
        actions.open_lot(writing, Actor(), cast.htx.stall, new, clock=now)


def test_a_lot_is_another_stalls_secret(cast: Cast, now: Clock, session: Session) -> None:
    code = steps.rice_lot(cast, now())
    with pytest.raises(NotFound):
        lot_of_stall(session, cast.lan.stall, code)


def test_an_open_lot_is_described_anew_and_a_sealed_one_is_not(cast: Cast, now: Clock) -> None:
    code = steps.rice_lot(cast, now())
    lot_id = steps.lot(cast, code).id
    new = LotDetails(plot="Ruộng 9", pack_amount=2000, pack_unit="kg", yield_permille=650)
    act(lambda s: steps.edit_as_shown(s, Actor(), steps.ref(cast, lot_id), new, now=now()))
    assert (steps.lot(cast, code).plot, steps.lot(cast, code).pack_amount) == ("Ruộng 9", 2000)
    steps.write(cast, code, JournalKind.HARVEST, date(2026, 10, 20), now(), amount=100_000)
    steps.seal(cast, code, now())
    with pytest.raises(Conflict, match="đã ghi xong"):
        act(lambda s: steps.edit_as_shown(s, Actor(), steps.ref(cast, lot_id), steps.RICE, now=now()))


def test_a_line_sent_twice_is_one_line(cast: Cast, now: Clock, session: Session) -> None:
    code = steps.rice_lot(cast, now())
    first = steps.write(cast, code, JournalKind.SOWING, date(2026, 6, 18), now(), client_key="a")
    assert steps.write(cast, code, JournalKind.SOWING, date(2026, 6, 18), now(), client_key="a") == first
    assert len(journal_of(session, steps.lot(cast, code).id)) == 1
    other = steps.rice_lot(cast, now())
    assert steps.write(cast, other, JournalKind.SOWING, date(2026, 6, 18), now(), client_key="a") != first


def test_a_correction_and_a_withdrawal_sent_twice_are_one_line(cast: Cast, now: Clock, session: Session) -> None:
    code = steps.rice_lot(cast, now())
    old = steps.write(cast, code, JournalKind.SOWING, date(2026, 6, 18), now())
    new = NewEntry(kind=JournalKind.SOWING, happened_on=date(2026, 6, 19), client_key="a")
    gone = Withdrawal(reason="Ghi nhầm lô", client_key="b")
    corrected = [
        act(lambda s: actions.correct_entry(s, Actor(), steps.line(cast, old), new, clock=now)) for _ in range(2)
    ]
    withdrawn = [
        act(lambda s: actions.withdraw_entry(s, Actor(), steps.line(cast, corrected[0]), gone, clock=now))
        for _ in range(2)
    ]
    lines = journal_of(session, steps.lot(cast, code).id)
    assert [[old], corrected, withdrawn] == [[lines[0].id], [lines[1].id] * 2, [lines[2].id] * 2]
    assert [(line.corrects_id, line.is_withdrawal, line.client_key) for line in lines] == [
        (None, False, None),
        (lines[0].id, False, "a"),
        (lines[1].id, True, "b"),
    ]
    assert len(lines) == 3


def test_a_journal_says_who_wrote_a_line_and_for_whom(cast: Cast, now: Clock, session: Session) -> None:
    lot_id = steps.lot(cast, steps.rice_lot(cast, now())).id
    vy = Actor(person_id=cast.vy, on_behalf_of=cast.htx.business)
    new = NewEntry(kind=JournalKind.SOWING, happened_on=date(2026, 6, 18))
    act(lambda s: actions.add_entry(s, vy, steps.ref(cast, lot_id), new, clock=now))
    [line] = journal_of(session, lot_id)
    assert (line.recorded_by, line.on_behalf_of, line.recorded_at) == (cast.vy, cast.htx.business, now())


@pytest.mark.parametrize(
    ("new", "sentence"),
    [
        (NewEntry(kind=JournalKind.FERTILISING, happened_on=date(2026, 11, 25)), "chưa tới"),
        (NewEntry(kind=JournalKind.FERTILISING, happened_on=date(2006, 11, 24)), "quá xa"),
        (NewEntry(kind=JournalKind.HARVEST, happened_on=date(2026, 11, 24)), "số lượng"),
        (NewEntry(kind=JournalKind.PACKING, happened_on=date(2026, 11, 24)), "số lượng"),
        (NewEntry(kind=JournalKind.SPRAYING, happened_on=date(2026, 11, 24)), "tên thuốc"),
    ],
)
def test_a_line_that_cannot_be_is_refused(cast: Cast, now: Clock, new: NewEntry, sentence: str) -> None:
    code = steps.rice_lot(cast, now())
    lot_id = steps.lot(cast, code).id
    with pytest.raises(Refused, match=sentence):
        act(lambda s: actions.add_entry(s, Actor(), steps.ref(cast, lot_id), new, clock=now))
    old = steps.write(cast, code, new.kind, date(2026, 11, 1), now(), amount=1_000, substance="Regent")
    with pytest.raises(Refused, match=sentence):
        act(lambda s: actions.correct_entry(s, Actor(), steps.line(cast, old), new, clock=now))


def test_the_id_of_a_new_line_is_told_also_where_its_stall_was_read_before(cast: Cast, now: Clock) -> None:
    """Then nothing else that is read writes the line down first."""
    lot_id = steps.lot(cast, steps.rice_lot(cast, now())).id
    new = NewEntry(kind=JournalKind.SOWING, happened_on=date(2026, 6, 18))
    with transaction() as session:
        stall = session.get_one(Stall, cast.htx.stall)
        line = actions.add_entry(session, Actor(), steps.ref(cast, lot_id), new, clock=now)
        again = actions.correct_entry(session, Actor(), steps.line(cast, line), new, clock=now)
        assert [entry.id for entry in journal_of(session, lot_id)] == [line, again]
        assert stall.id == cast.htx.stall


def test_other_work_of_more_than_three_years_ago_is_a_slip_of_the_year(cast: Cast, now: Clock) -> None:
    code, oldest = steps.rice_lot(cast, now()), local_day(now()) - timedelta(days=1095)
    assert steps.write(cast, code, JournalKind.FERTILISING, oldest, now())
    with pytest.raises(Refused, match="quá xa"):
        steps.write(cast, code, JournalKind.FERTILISING, oldest - timedelta(days=1), now())


def test_a_tree_may_have_been_planted_long_ago(cast: Cast, now: Clock) -> None:
    assert steps.write(cast, steps.rice_lot(cast, now()), JournalKind.SOWING, date(1998, 3, 1), now())


@pytest.mark.parametrize("change", ["UPDATE journal_entry SET note = 'x'", "DELETE FROM journal_entry"])
def test_the_database_lets_nobody_change_a_line(cast: Cast, now: Clock, change: str) -> None:
    steps.write(cast, steps.rice_lot(cast, now()), JournalKind.SOWING, date(2026, 6, 18), now())
    with pytest.raises(DatabaseError, match="append-only"):
        act(lambda s: s.execute(text(change)))


def test_a_line_is_corrected_once_by_a_line_of_its_kind(cast: Cast, now: Clock, session: Session) -> None:
    code = steps.rice_lot(cast, now())
    old = steps.write(cast, code, JournalKind.HARVEST, date(2026, 10, 20), now(), amount=3_700_000)
    new = NewEntry(kind=JournalKind.HARVEST, happened_on=date(2026, 10, 20), amount=3_600_000, unit="kg")
    act(lambda s: actions.correct_entry(s, Actor(), steps.line(cast, old), new, clock=now))
    assert [(line.amount, line.corrects_id) for line in journal_of(session, steps.lot(cast, code).id)] == [
        (3_700_000, None),
        (3_600_000, old),
    ]
    with pytest.raises(Conflict, match="đã có dòng đính chính"):
        act(lambda s: actions.correct_entry(s, Actor(), steps.line(cast, old), new, clock=now))
    sow = NewEntry(kind=JournalKind.SOWING, happened_on=date(2026, 6, 18))
    with pytest.raises(Refused, match="cùng loại"):
        act(lambda s: actions.correct_entry(s, Actor(), steps.line(cast, old + 1), sow, clock=now))


def test_a_line_is_withdrawn_with_a_reason(cast: Cast, now: Clock, session: Session) -> None:
    code = steps.rice_lot(cast, now())
    old = steps.write(cast, code, JournalKind.FERTILISING, date(2026, 10, 1), now())
    with pytest.raises(Refused, match="vì sao"):
        act(lambda s: actions.withdraw_entry(s, Actor(), steps.line(cast, old), Withdrawal(reason=" "), clock=now))
    said = Withdrawal(reason=" Ghi nhầm lô ")
    gone = act(lambda s: actions.withdraw_entry(s, Actor(), steps.line(cast, old), said, clock=now))
    last = journal_of(session, steps.lot(cast, code).id)[-1]
    assert (last.id, last.corrects_id, last.is_withdrawal, last.note) == (gone, old, True, "Ghi nhầm lô")
    assert (last.kind, last.happened_on) == (JournalKind.FERTILISING, date(2026, 10, 1))
    with pytest.raises(Conflict, match="đã có dòng đính chính"):
        act(lambda s: actions.withdraw_entry(s, Actor(), steps.line(cast, old), said, clock=now))
    with pytest.raises(NotFound):
        act(lambda s: actions.withdraw_entry(s, Actor(), steps.line(cast, 999), said, clock=now))
    with pytest.raises(NotFound):
        act(lambda s: actions.withdraw_entry(s, Actor(), steps.line(cast, gone), Withdrawal(reason="x"), clock=now))


def test_sealing_waits_for_the_days_after_a_spray(cast: Cast, now: Clock) -> None:
    code = steps.rice_lot(cast, now())
    steps.write(cast, code, JournalKind.SPRAYING, date(2026, 10, 10), now(), substance="Regent", phi_days=14)
    steps.write(cast, code, JournalKind.HARVEST, date(2026, 10, 20), now(), amount=100_000)
    with pytest.raises(Refused, match="phải từ 24/10/2026"):
        steps.seal(cast, code, now())
    assert steps.lot(cast, code).state is LotState.OPEN


def test_a_whole_journal_is_sealed_and_says_how_many_packs_it_answers_for(
    cast: Cast, now: Clock, session: Session
) -> None:
    code = steps.sealed_lot(cast, now())
    sealed = steps.lot(cast, code)
    assert (sealed.state, sealed.sealed_at, sealed.stamps_allowed) == (LotState.SEALED, now(), 480)
    steps.seal(cast, code, now.move(hours=1))
    assert steps.lot(cast, code).sealed_at == sealed.sealed_at
    verbs = [event.verb for event in events_of(session, "lot", sealed.id)]
    assert verbs == ["open_lot", *["add_entry"] * 5, "seal_lot"]
    assert {event.business_id for event in events_of(session, "lot", sealed.id)} == {cast.htx.business}


def test_a_sealed_lot_takes_corrections_alone(cast: Cast, now: Clock) -> None:
    code = steps.rice_lot(cast, now())
    lines = steps.whole_journal(cast, code, now())
    steps.seal(cast, code, now())
    with pytest.raises(Conflict, match="đã ghi xong"):
        steps.write(cast, code, JournalKind.FERTILISING, date(2026, 10, 1), now())
    new = NewEntry(kind=JournalKind.PACKING, happened_on=date(2026, 10, 22), amount=470_000, unit="tui")
    packed = act(lambda s: actions.correct_entry(s, Actor(), steps.line(cast, lines["goi"]), new, clock=now))
    assert steps.lot(cast, code).stamps_allowed == 470
    nothing = Withdrawal(reason="Chưa đóng gói")
    act(lambda s: actions.withdraw_entry(s, Actor(), steps.line(cast, packed), nothing, clock=now))
    assert steps.lot(cast, code).stamps_allowed == 481, "what the harvest would yield"


def test_an_open_lot_s_journal_answers_for_nothing_yet(cast: Cast, now: Clock) -> None:
    code = steps.rice_lot(cast, now())
    lines = steps.whole_journal(cast, code, now())
    new = NewEntry(kind=JournalKind.PACKING, happened_on=date(2026, 10, 22), amount=470_000, unit="tui")
    act(lambda s: actions.correct_entry(s, Actor(), steps.line(cast, lines["goi"]), new, clock=now))
    assert steps.lot(cast, code).stamps_allowed is None


def test_every_step_of_a_lot_is_in_the_log_once(cast: Cast, now: Clock, session: Session) -> None:
    """What was done already, or changes nothing, is not written down again."""
    code = steps.rice_lot(cast, now())
    lot_id = steps.lot(cast, code).id
    other = replace(steps.RICE, plot="Ruộng 9", standard="VietGAP")
    for details in (other, other):
        act(lambda s, details=details: steps.edit_as_shown(s, Actor(), steps.ref(cast, lot_id), details, now=now()))
    lines = steps.whole_journal(cast, code, now())
    new = NewEntry(kind=JournalKind.SOWING, happened_on=date(2026, 6, 19))
    sown = act(lambda s: actions.correct_entry(s, Actor(), steps.line(cast, lines["gieo"]), new, clock=now))
    gone = Withdrawal(reason="Ghi nhầm lô")
    act(lambda s: actions.withdraw_entry(s, Actor(), steps.line(cast, sown), gone, clock=now))
    for _ in range(2):
        steps.seal(cast, code, now())
    steps.print_stamps(cast, code, 2, now())
    steps.activate(cast, code, 1, 2, now())
    both = Serials(first=1, last=2)
    act(lambda s: actions.void_stamps(s, Actor(), steps.ref(cast, lot_id), both, clock=now))
    for _ in range(2):
        steps.recall(cast, code, now())
    kinds = ["gieo_trong", "phun_thuoc", "thu_hoach", "so_che", "dong_goi"]
    assert [(event.verb, event.fields) for event in events_of(session, "lot", lot_id)] == [
        ("open_lot", ""),
        ("edit_lot", "plot standard"),
        *[("add_entry", kind) for kind in kinds],
        ("correct_entry", "gieo_trong"),
        ("withdraw_entry", "gieo_trong"),
        *[(verb, "") for verb in ("seal_lot", "print_stamps", "activate_stamps", "void_stamps", "recall_lot")],
    ]


def test_a_recalled_lot_stays_recalled_and_takes_nothing_more(cast: Cast, now: Clock) -> None:
    code = steps.rice_lot(cast, now())
    lines = steps.whole_journal(cast, code, now())
    with pytest.raises(Refused, match="lý do"):
        steps.recall(cast, code, now(), " ")
    steps.recall(cast, code, now(), " Phát hiện mọt trong kho ")
    recalled = steps.lot(cast, code)
    assert (recalled.state, recalled.recall_reason) == (LotState.RECALLED, "Phát hiện mọt trong kho")
    assert recalled.recalled_at == now()
    steps.recall(cast, code, now.move(days=1), "lý do khác")
    assert steps.lot(cast, code).recalled_at == recalled.recalled_at
    with pytest.raises(Conflict):
        steps.seal(cast, code, now())
    with pytest.raises(Conflict):
        act(lambda s: steps.edit_as_shown(s, Actor(), steps.ref(cast, recalled.id), steps.RICE, now=now()))
    with pytest.raises(Conflict):
        steps.write(cast, code, JournalKind.SOWING, date(2026, 6, 18), now())
    with pytest.raises(Conflict):
        act(
            lambda s: actions.withdraw_entry(
                s, Actor(), steps.line(cast, lines["phun"]), Withdrawal(reason="nhầm"), clock=now
            )
        )


def test_the_database_itself_keeps_the_counters(cast: Cast, now: Clock) -> None:
    steps.sealed_lot(cast, now())
    for values in ({"stamps_activated": 1}, {"stamps_printed": 999, "stamps_activated": 481}, {"pack_amount": 0}):
        with pytest.raises(IntegrityError):
            act(lambda s, values=values: s.execute(update(Lot).values(values)))


def test_the_list_of_lots_costs_two_statements_and_has_pages(cast: Cast, now: Clock, session: Session) -> None:
    for _ in range(31):
        code = steps.rice_lot(cast, now())
    steps.write(cast, code, JournalKind.SOWING, date(2026, 6, 18), now())
    with counting() as seen:
        page = lots_of_stall(session, cast.htx.stall)
    assert len(seen) == 2
    assert (page.total, page.pages, len(page.rows)) == (31, 2, 30)
    assert (page.rows[0].code, page.rows[0].entries, page.rows[0].product_name) == (code, 1, "Gạo nếp cái hoa vàng")
    assert [row.code for row in lots_of_stall(session, cast.htx.stall, 2).rows] == ["L261124A"]
    assert lots_of_stall(session, cast.lan.stall).rows == []


def test_waiting_is_counted_in_vietnams_days(cast: Cast, now: Clock) -> None:
    now.at = now.at.replace(hour=17, minute=30)  # half past midnight of the 25th in Vietnam
    code = steps.rice_lot(cast, now())
    assert code == "L261125A"
    assert steps.write(cast, code, JournalKind.FERTILISING, date(2026, 11, 25), now())
    with pytest.raises(Refused, match="chưa tới"):
        steps.write(cast, code, JournalKind.FERTILISING, date(2026, 11, 25) + timedelta(days=1), now())
