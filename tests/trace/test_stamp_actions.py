"""Stamps: random codes, activated within what was printed and packed, void for good."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from market.base.audit import Actor
from market.base.client_keys import SentOtherwise
from market.base.db import transaction
from market.base.errors import Conflict, Refused
from market.places.models import Commune
from market.trace import actions
from market.trace.actions import LotRef, NewEntry, Printed, Serials
from market.trace.models import Lot, Scan, Stamp
from market.trace.queries import print_runs, stamps_between
from market.trace.rules import JournalKind, StampState
from market.values.codes import parse_stamp_code
from tests.cast import Cast
from tests.conftest import Clock
from tests.nights import in_turns
from tests.trace import steps
from tests.trace.test_printing import read_back
from tests.web.base.world import World

pytestmark = in_turns  # alike on both kinds of database: one kind by day, the other with the next test


def states(session: Session) -> list[StampState]:
    return list(session.scalars(select(Stamp.state).order_by(Stamp.serial)))


def test_printed_stamps_are_numbered_on_and_each_is_itself(cast: Cast, now: Clock, session: Session) -> None:
    code = steps.sealed_lot(cast, now())
    first, second = steps.print_stamps(cast, code, 700, now()), steps.print_stamps(cast, code, 3, now.move(days=1))
    assert (second.serials.first, second.serials.last) == (701, 703)
    assert len({*first.codes, *second.codes}) == 703
    assert all(parse_stamp_code(stamp) == stamp for stamp in second.codes)
    lot = steps.lot(cast, code)
    assert (lot.stamps_printed, lot.stamps_activated) == (703, 0)
    assert [(run.first, run.last, run.count) for run in print_runs(session, lot.id)] == [(701, 703, 3), (1, 700, 700)]
    assert stamps_between(session, lot.id, 701, 702) == list(zip((701, 702), second.codes[:2], strict=True))


def test_nothing_or_nothing_of_a_recalled_lot_is_printed(cast: Cast, now: Clock) -> None:
    code = steps.sealed_lot(cast, now())
    with pytest.raises(Refused, match="từ 1 trở lên"):
        steps.print_stamps(cast, code, 0, now())
    steps.recall(cast, code, now())
    with pytest.raises(Conflict, match="thu hồi"):
        steps.print_stamps(cast, code, 1, now())


def test_a_form_sent_again_gives_the_stamps_it_has_printed_and_no_others(cast: Cast, now: Clock) -> None:
    """Those of its own lot and its own moment, in the order of their numbers."""
    one, other = (steps.ref(cast, steps.lot(cast, steps.sealed_lot(cast, now())).id) for _ in range(2))

    def form(which: LotRef, key: str | None, count: int = 3) -> Printed:
        with transaction() as session:
            return actions.print_stamps(session, Actor(), which, count, client_key=key, clock=now)

    form(one, None)
    now.move(minutes=1)
    theirs, printed = form(other, "a"), form(one, "a")
    now.move(minutes=1)
    form(one, None)
    assert form(one, "a") == printed
    assert (printed.serials, len(printed.codes)) == (Serials(first=4, last=6), 3)
    assert form(other, "a") == theirs
    with pytest.raises(SentOtherwise, match="làm 3 tem"):
        form(one, "a", count=9)


def test_stamps_are_activated_once(cast: Cast, now: Clock, session: Session) -> None:
    code = steps.sealed_lot(cast, now())
    steps.print_stamps(cast, code, 10, now())
    assert steps.activate(cast, code, 1, 4, now()) == 4
    assert steps.activate(cast, code, 3, 6, now()) == 2
    assert steps.activate(cast, code, 1, 6, now()) == 0
    with pytest.raises(Conflict, match="đã ghi dán"):
        steps.activate(cast, code, 11, 90, now())
    assert steps.lot(cast, code).stamps_activated == 6
    assert states(session) == [StampState.ACTIVATED] * 6 + [StampState.PRINTED] * 4


def test_stamps_of_an_open_or_recalled_lot_are_not_activated(cast: Cast, now: Clock) -> None:
    code = steps.rice_lot(cast, now())
    steps.whole_journal(cast, code, now())
    steps.print_stamps(cast, code, 1, now())
    with pytest.raises(Refused, match="Ghi xong lô trước"):
        steps.activate(cast, code, 1, 1, now())
    steps.recall(cast, code, now())
    with pytest.raises(Conflict, match="thu hồi"):
        steps.activate(cast, code, 1, 1, now())


def test_no_more_stamps_are_activated_than_packs_were_packed(cast: Cast, now: Clock, session: Session) -> None:
    code = steps.sealed_lot(cast, now())
    steps.print_stamps(cast, code, 500, now())
    assert steps.activate(cast, code, 1, 479, now()) == 479
    with pytest.raises(Refused, match="đủ cho 480 gói, còn dán được 1 tem"):
        steps.activate(cast, code, 480, 481, now())
    assert states(session).count(StampState.ACTIVATED) == 479
    assert steps.activate(cast, code, 481, 481, now()) == 1


@pytest.mark.parametrize(("permille", "packs"), [(1, 0), (2, 1)])
def test_a_lot_whose_journal_answers_for_no_pack_has_no_active_stamp(
    cast: Cast, now: Clock, permille: int, packs: int
) -> None:
    """3,700 kg at a thousandth fill no bag of 5 kg, at two thousandths one."""
    code = steps.rice_lot(cast, now(), replace(steps.RICE, yield_permille=permille))
    steps.write(cast, code, JournalKind.HARVEST, date(2026, 10, 20), now(), amount=3_700_000)
    steps.seal(cast, code, now())
    steps.print_stamps(cast, code, 2, now())
    with pytest.raises(Refused, match=f"đủ cho {packs} gói, còn dán được {packs} tem"):
        steps.activate(cast, code, 1, packs + 1, now())
    assert steps.lot(cast, code).stamps_activated == 0


def test_a_lot_whose_amounts_cannot_be_compared_has_no_active_stamp(cast: Cast, now: Clock) -> None:
    """Nor does one of an early market, whose packs nobody had counted yet, have a bound but its journal's faults."""
    code = steps.rice_lot(cast, now())
    steps.write(cast, code, JournalKind.HARVEST, date(2026, 10, 20), now(), amount=9_000, unit="con")
    steps.seal(cast, code, now())
    steps.print_stamps(cast, code, 2, now())
    assert steps.lot(cast, code).stamps_allowed == 0
    with pytest.raises(Refused, match="đủ cho 0 gói, còn dán được 0 tem"):
        steps.activate(cast, code, 1, 1, now())
    with transaction() as session:
        session.execute(update(Lot).values(stamps_allowed=None))
    assert steps.activate(cast, code, 1, 2, now()) == 2


def test_stamps_of_one_lot_leave_another_s_of_the_same_numbers_alone(cast: Cast, now: Clock, session: Session) -> None:
    one, other = steps.sealed_lot(cast, now()), steps.sealed_lot(cast, now())
    for code in (one, other):
        steps.print_stamps(cast, code, 3, now())
    assert steps.activate(cast, one, 1, 2, now()) == 2
    at = steps.lot(cast, one)
    with transaction() as writing:
        serials = Serials(first=2, last=3)
        assert actions.void_stamps(writing, Actor(), steps.ref(cast, at.id), serials, clock=now) == 2
    assert steps.lot(cast, one).stamps_activated == 1, "of the two the one that was active"
    query = select(Stamp.state, Stamp.activated_at).order_by(Stamp.lot_id, Stamp.serial)
    assert [tuple(row) for row in session.execute(query)] == [
        (StampState.ACTIVATED, now()),
        (StampState.VOID, now()),
        (StampState.VOID, None),
        *[(StampState.PRINTED, None)] * 3,
    ]


def test_a_correction_that_breaks_the_rules_stops_further_activation(cast: Cast, now: Clock) -> None:
    code = steps.rice_lot(cast, now())
    lines = steps.whole_journal(cast, code, now())
    steps.seal(cast, code, now())
    steps.print_stamps(cast, code, 10, now())
    steps.activate(cast, code, 1, 5, now())
    sooner = NewEntry(
        kind=JournalKind.HARVEST, happened_on=now().date().replace(month=10, day=5), amount=1000, unit="kg"
    )
    with transaction() as session:
        actions.correct_entry(session, Actor(), steps.line(cast, lines["thu"]), sooner, clock=now)
    with pytest.raises(Refused, match="Chưa ghi dán thêm tem được. Thu hoạch ngày 05/10/2026"):
        steps.activate(cast, code, 6, 6, now())


def test_a_correction_below_what_is_active_keeps_the_counters_true(cast: Cast, now: Clock) -> None:
    code = steps.rice_lot(cast, now())
    lines = steps.whole_journal(cast, code, now())
    steps.seal(cast, code, now())
    steps.print_stamps(cast, code, 10, now())
    steps.activate(cast, code, 1, 5, now())
    fewer = NewEntry(
        kind=JournalKind.PACKING, happened_on=now().date().replace(month=10, day=22), amount=3000, unit="tui"
    )
    with transaction() as session:
        actions.correct_entry(session, Actor(), steps.line(cast, lines["goi"]), fewer, clock=now)
    assert steps.lot(cast, code).stamps_allowed == 5
    with pytest.raises(Refused, match="còn dán được 0 tem"):
        steps.activate(cast, code, 6, 6, now())


def test_the_same_stamps_activated_at_once_count_once(app: Flask, cast: Cast, now: Clock, session: Session) -> None:
    code = steps.sealed_lot(cast, now())
    steps.print_stamps(cast, code, 480, now())

    def activate(number: int) -> int:
        with app.app_context():
            try:
                return steps.activate(cast, code, 1, 100 + number, now())
            except Conflict:
                return 0

    with ThreadPoolExecutor(8) as pool:
        counted = sum(pool.map(activate, range(8)))
    assert counted == steps.lot(cast, code).stamps_activated == states(session).count(StampState.ACTIVATED)


def test_lost_stamps_are_void_and_free_their_packs(cast: Cast, now: Clock, session: Session) -> None:
    code = steps.sealed_lot(cast, now())
    steps.print_stamps(cast, code, 481, now())
    steps.activate(cast, code, 1, 480, now())
    lot_id = steps.lot(cast, code).id
    with transaction() as writing:
        assert (
            actions.void_stamps(writing, Actor(), steps.ref(cast, lot_id), Serials(first=480, last=480), clock=now) == 1
        )
    assert steps.lot(cast, code).stamps_activated == 479
    assert steps.activate(cast, code, 480, 481, now()) == 1
    assert states(session)[479:] == [StampState.VOID, StampState.ACTIVATED]
    assert [serial for serial, _ in stamps_between(session, lot_id, 479, 481)] == [479, 481]
    again = actions.void_stamps
    with transaction() as writing:
        assert again(writing, Actor(), steps.ref(cast, lot_id), Serials(first=480, last=480), clock=now) == 0
    with pytest.raises(Conflict), transaction() as writing:
        again(writing, Actor(), steps.ref(cast, lot_id), Serials(first=482, last=482), clock=now)


def test_numbers_the_wrong_way_round_are_refused() -> None:
    with pytest.raises(Refused, match="Số tem đầu"):
        Serials(first=5, last=4)
    with pytest.raises(Refused):
        Serials(first=0, last=4)


def test_a_code_somebody_bears_is_not_minted_again(
    cast: Cast, now: Clock, monkeypatch: pytest.MonkeyPatch, session: Session
) -> None:
    code = steps.sealed_lot(cast, now())
    [taken] = steps.print_stamps(cast, code, 1, now()).codes
    with transaction() as writing:
        writing.execute(update(Stamp).values(code="0000000000A"))
    minted = iter(["0000000000A", "0000000000A", taken, "11111111111"])
    monkeypatch.setattr("market.trace.actions.stamps.new_stamp_code", lambda: next(minted))
    assert set(steps.print_stamps(cast, code, 2, now()).codes) == {taken, "11111111111"}


def test_a_visitor_leaves_one_trace(cast: Cast, now: Clock, session: Session) -> None:
    steps.active_stamp(cast, now())
    stamp = session.scalars(select(Stamp)).one()
    for visitor in ("a", "a", "b"):
        with transaction() as writing:
            actions.note_scan(writing, stamp, visitor, now=now.move(minutes=1))
    assert session.scalar(select(func.count()).select_from(Scan)) == 2


# --- flask stamps


def test_the_command_makes_a_sheet_that_can_be_read(app: Flask, cast: Cast, now: Clock, tmp_path: Path) -> None:
    code = steps.sealed_lot(cast, now())
    out = tmp_path / "tem.pdf"
    done = app.test_cli_runner().invoke(args=["stamps", code, "--count", "70", "--out", str(out), "--json"])
    assert done.exit_code == 0, done.output
    answer = json.loads(done.stdout)
    assert (answer["lot"], answer["count"], answer["first"], answer["last"], answer["pages"]) == (code, 70, 1, 70, 2)
    assert sorted(read_back(out.read_bytes())) == sorted(f"http://cho.test/T/{stamp}" for stamp in answer["codes"])
    assert steps.lot(cast, code).stamps_printed == 70
    again = app.test_cli_runner().invoke(args=["stamps", code.lower(), "--count", "1", "--out", str(out)])
    assert "số 71 đến 71" in again.stdout


def test_the_command_s_lot_is_that_of_the_market_s_own_commune(
    app: Flask, cast: Cast, now: Clock, session: Session, tmp_path: Path
) -> None:
    """Both communes have one of this code; the one without stamps is not printed for."""
    code = steps.sealed_lot(cast, now())
    theirs = World.make(cast, now()).elsewhere["lot_id"]
    with transaction() as writing:
        writing.get_one(Commune, cast.commune).host = "cho.test"
        writing.get_one(Lot, theirs).code = "L261101Z"
    out = str(tmp_path / "tem.pdf")
    assert app.test_cli_runner().invoke(args=["stamps", code, "--count", "1", "--out", out]).exit_code == 0
    done = app.test_cli_runner().invoke(args=["stamps", "L261101Z", "--count", "1", "--out", out])
    assert (done.exit_code, session.get_one(Lot, theirs).stamps_printed) == (1, 1), "the one that it had"


def test_the_command_refuses_what_is_no_lot(app: Flask, cast: Cast, tmp_path: Path) -> None:
    done = app.test_cli_runner().invoke(args=["stamps", "L260101A", "--count", "1", "--out", str(tmp_path / "t.pdf")])
    assert (done.exit_code, done.stdout) == (1, "")
    assert "Không có lô nào" in done.stderr


@pytest.mark.parametrize(
    "options",
    [
        ["--count", "0"],
        ["--count", "x"],
        [],
        ["--count", "5", "--out", "/khong/co/t.pdf"],
        ["--count", "5", "--out", f"{'a' * 300}.pdf"],
    ],
)
def test_wrong_usage_of_the_command_is_told(
    app: Flask, cast: Cast, now: Clock, tmp_path: Path, options: list[str]
) -> None:
    code = steps.sealed_lot(cast, now())
    given = options if "--out" in options else [*options, "--out", str(tmp_path / "t.pdf")]
    assert app.test_cli_runner().invoke(args=["stamps", code, *given]).exit_code == 2
    assert steps.lot(cast, code).stamps_printed == 0
