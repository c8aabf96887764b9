"""A locked figure comes out of the evidence again for ever; what came in late stands beside it."""

from dataclasses import replace
from datetime import UTC, date, datetime
from random import Random

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from market.adoption.models import (
    DeclaredSale,
    EvidenceReview,
    LockedBusiness,
    LockedNumber,
    LockedTarget,
    PeriodLock,
    PlatformAccount,
)
from market.adoption.queries.locked import count_period, late_difference, locked_figure, recount
from market.adoption.rules import Evidence, ReviewWay, Verdict
from market.adoption.rules.definitions import IN_USE
from market.adoption.rules.locking import LockContent, Measure
from market.adoption.rules.periods import PeriodState
from market.base.db import Base, transaction
from market.base.errors import NotFound
from market.orders.models import Order
from market.payments.models import Allocation, AllocationKind, PaymentRequest, Refund
from market.places.models import DatedFact
from market.sellers.models import Business, BusinessHistory, BusinessKind, BusinessStatus, Stall, StallState
from market.values.period import local_day
from tests.adoption.figures import look_everywhere
from tests.adoption.periods import lock_as_shown, opened
from tests.adoption.sales import Sold, sell
from tests.adoption.village import FIRST, Village
from tests.cast import Cast
from tests.conftest import Clock
from tests.nights import on_both

AFTER = datetime(2026, 12, 15, 2, 0, tzinfo=UTC)
"""The morning after the period."""
SIZE = 60


@pytest.fixture
def over(cast: Cast, now: Clock) -> Clock:
    """The period is over, bà Lan and HTX Đại Sơn have sold in it."""
    with transaction() as session:
        for seller, day in ((cast.lan, 20), (cast.htx, 25)):
            phone = f"0900 000 55{seller.business}"
            sell(session, cast.commune, seller, Sold(on=date(2026, 11, day), is_known=True, phone=phone))
        fact = {"commune_id": cast.commune, "valid_from": date(2026, 1, 1), "valid_to": None, "source": "Kế hoạch"}
        session.add(DatedFact(key="kpi.target.plan", value="50", **fact))
    now.at = AFTER
    look_everywhere(cast.commune)
    return now


def test_a_lock_holds_the_figure_its_proofs_its_targets_and_how_it_was_counted(
    cast: Cast, over: Clock, session: Session
) -> None:
    period = opened(cast, over)
    assert locked_figure(session, cast.commune, period) is None
    assert lock_as_shown(cast, period, over) == 1
    found = locked_figure(session, cast.commune, period)
    assert found is not None
    assert (found.plan.part, found.plan.whole) == (2, 3)
    assert (found.annex.part, found.annex.whole) == (1, 2)
    assert (found.farms.part, found.in_period.part, found.with_account.part) == (1, 2, 2)
    assert (found.state, found.version, found.as_of) == (PeriodState.LOCKED, 1, date(2026, 12, 14))
    assert {(one.words, one.share.part, one.share.whole) for one in found.by_hamlet} == {
        ("thôn Nghĩa Dũng", 1, 2),
        ("thôn Mỗ Đoạn", 1, 1),
    }
    assert sum(one.share.part for one in found.states) == found.base == 3
    assert sum(one.share.whole for one in found.by_kind) == 3
    lan = next(one for one in found.counted if one.business_id == cast.lan.business)
    sold = session.scalars(select(Order.id).where(Order.business_id == cast.lan.business)).one()
    assert (lan.order_id, lan.evidence, lan.platforms) == (sold, Evidence.BUYER, ("cho_so",))
    assert (lan.hamlet_id, lan.kind) == (cast.nghia_dung, "ho_kinh_doanh")
    assert found.target("kpi.target.plan") == 50
    assert (found.definitions_version, found.locked_by_name) == (IN_USE, "Nguyễn Văn Hùng")
    assert found.is_as_stored
    assert recount(session, cast.commune, found).is_same


@on_both
def test_a_locked_figure_comes_out_the_same_after_a_year_of_changes(cast: Cast, now: Clock, session: Session) -> None:
    village = Village(cast, date(2026, 12, 14), businesses=SIZE, orders=320)
    with transaction() as writing:
        village.enter(writing)
    now.at = AFTER
    look_everywhere(cast.commune)
    now.move(minutes=5)
    with transaction() as writing:
        _let_count(writing, cast, now())
    period = opened(cast, now)
    lock_as_shown(cast, period, now)
    locked = locked_figure(session, cast.commune, period)
    assert locked is not None
    assert len(locked.counted) > 7
    chance = Random(2027)
    for _ in range(12):
        now.move(days=30)
        with transaction() as writing:
            _a_month_later(writing, cast, chance, now())
        look_everywhere(cast.commune)
    with transaction() as writing:
        for rows in (LockedNumber, LockedBusiness, LockedTarget):
            writing.execute(delete(rows))
    session.expire_all()

    again = count_period(session, cast.commune, locked.days, known_at=locked.locked_at).content

    assert again == locked.content
    today = late_difference(session, cast.commune, locked, now=now())
    assert today.differs
    assert today.lost
    emptied = locked_figure(session, cast.commune, period)
    assert emptied is not None
    assert not emptied.is_as_stored, "rows that were taken away are missed"


def _let_count(session: Session, cast: Cast, now: datetime) -> None:
    """An officer has looked at every sale of which nobody has said anything, and lets it count."""
    looked_at = select(EvidenceReview.order_id)
    sales = select(Order.id).where(Order.completed_at < AFTER, Order.id.not_in(looked_at)).order_by(Order.id)
    for order_id in session.scalars(sales):
        said = {"verdict": Verdict.COUNTS, "way": ReviewWay.SAW_PAPER, "reason": "đã xem sổ"}
        session.add(EvidenceReview(order_id=order_id, reviewed_by=cast.hung, reviewed_at=now, **said))


def _a_month_later(session: Session, cast: Cast, chance: Random, now: datetime) -> None:
    """New sales, undone ones, verdicts, businesses closed and moved, lines about days long past, accounts and stalls
    that end."""
    businesses = [FIRST + chance.randrange(SIZE) for _ in range(4)]
    sell(session, cast.commune, cast.lan, Sold(on=local_day(now), is_known=True, phone="0900 000 558"))
    _close_or_move(session, businesses, chance, now)
    orders = session.scalars(select(Order).where(Order.completed_at < AFTER).order_by(Order.id)).all()
    for order in chance.sample(list(orders), 12):
        said = {"verdict": chance.choice(list(Verdict)), "way": ReviewWay.VISITED, "reason": "xem lại"}
        session.add(EvidenceReview(order_id=order.id, reviewed_by=cast.hung, reviewed_at=now, **said))
    for allocation in session.scalars(select(Allocation).where(Allocation.at < AFTER, Allocation.amount > 0)).all():
        undone = select(Allocation.id).where(Allocation.undoes_id == allocation.id)
        if chance.random() < 0.05 and allocation.kind is AllocationKind.BANK and not session.scalar(undone):
            of = {"request_id": allocation.request_id, "stall_id": allocation.stall_id, "kind": AllocationKind.BANK}
            back = {"credit_id": allocation.credit_id, "undoes_id": allocation.id, "amount": -allocation.amount}
            session.add(Allocation(**of, **back, at=now))
    request = chance.choice(session.scalars(select(PaymentRequest).order_by(PaymentRequest.id)).all())
    session.add(Refund(request_id=request.id, amount=request.amount, client_key=f"r{now:%Y%m%d}", at=now))
    declared = {"platform": "tiktok", "sold_on": date(2026, 12, 1), "declared_by": cast.hung, "declared_at": now}
    session.add(DeclaredSale(business_id=businesses[0], **declared))
    account = select(PlatformAccount).where(PlatformAccount.ended_at.is_(None), PlatformAccount.checked_at < AFTER)
    if ending := session.scalars(account).first():
        ending.ended_at, ending.ended_by, ending.ended_reason = now, cast.hung, "bỏ gian"
    _close_a_stall(session, cast)


def _close_a_stall(session: Session, cast: Cast) -> None:
    """The office closes one that is open."""
    stall = session.scalars(select(Stall).where(Stall.state == StallState.OPEN).order_by(Stall.id.desc())).first()
    if stall:
        stall.state, stall.closed_reason = StallState.CLOSED, "bán hàng cấm"


def _close_or_move(session: Session, businesses: list[int], chance: Random, now: datetime) -> None:
    """Half of the lines are about days long past."""
    for number, business in enumerate(businesses):
        since = local_day(now) if number % 2 else date(2026, 12, 1)
        said = {
            "kind": BusinessKind.HOUSEHOLD_BUSINESS,
            "status": chance.choice([BusinessStatus.TERMINATED, BusinessStatus.ACTIVE]),
            "hamlet_id": chance.choice(_hamlets(session)),
        }
        session.execute(update(Business).where(Business.id == business).values(**said))
        line = {"business_id": business, "valid_from": since, "recorded_at": now, "source": "soát lại"}
        session.add(BusinessHistory(**line, **said))


def _hamlets(session: Session) -> list[int]:
    return list(session.scalars(select(Business.hamlet_id).distinct().order_by(Business.hamlet_id)))


def test_what_comes_in_late_stands_beside_the_lock_and_never_in_it(cast: Cast, over: Clock, session: Session) -> None:
    period = opened(cast, over)
    lock_as_shown(cast, period, over)
    locked = locked_figure(session, cast.commune, period)
    assert locked is not None
    assert not late_difference(session, cast.commune, locked, now=over()).differs
    over.move(days=20)
    with transaction() as writing:
        order = writing.scalars(select(Order).where(Order.business_id == cast.htx.business)).one()
        said = {"verdict": Verdict.DOES_NOT_COUNT, "way": ReviewWay.CALLED, "reason": "không mua"}
        writing.add(EvidenceReview(order_id=order.id, reviewed_by=cast.hung, reviewed_at=over(), **said))

    late = late_difference(session, cast.commune, locked, now=over())

    assert (late.gained, late.lost) == ((), (cast.htx.business,))
    assert (late.today.share(Measure.PLAN).part, locked.plan.part) == (1, 2)
    found = locked_figure(session, cast.commune, period)
    assert found == locked
    assert recount(session, cast.commune, locked).is_same


@pytest.mark.parametrize(
    ("table", "changed", "word"),
    [
        (LockedNumber, {"part": 0}, "kế hoạch III.2.2"),
        (LockedBusiness, {"evidence": Evidence.BANK.value}, "danh sách hộ được tính"),
        (LockedTarget, {"value": 10}, "mục tiêu"),
        (PeriodLock, {"definitions_version": 1}, "dấu của bản chốt"),
    ],
)
def test_a_stored_row_that_somebody_changed_is_seen(
    cast: Cast, over: Clock, session: Session, table: type[Base], changed: dict[str, object], word: str
) -> None:
    period = opened(cast, over)
    lock_as_shown(cast, period, over)
    with transaction() as writing:
        writing.execute(update(table).values(**changed))
    session.expire_all()
    found = locked_figure(session, cast.commune, period)
    assert found is not None
    told = recount(session, cast.commune, found)
    assert not told.is_same
    assert word in told.changed
    assert not found.is_as_stored


def test_a_number_that_a_later_version_brings_changes_no_lock_and_another_target_does(
    cast: Cast, over: Clock, session: Session
) -> None:
    period = opened(cast, over)
    lock_as_shown(cast, period, over)
    found = locked_figure(session, cast.commune, period)
    assert found is not None
    with transaction() as writing:
        brought = {"value": "7", "valid_from": date(2025, 7, 1), "source": "bản mới"}
        writing.add(DatedFact(commune_id=None, key="kpi.something_new", **brought))
    assert recount(session, cast.commune, found).is_same
    with transaction() as writing:
        writing.execute(update(DatedFact).where(DatedFact.key == "kpi.target.plan").values(value="40"))
    assert recount(session, cast.commune, found).changed == ("mục tiêu",)


def test_another_commune_has_no_such_period(cast: Cast, over: Clock, session: Session) -> None:
    period = opened(cast, over)
    with pytest.raises(NotFound):
        locked_figure(session, cast.commune + 1, period)


def test_the_order_in_which_rows_are_read_changes_no_digest(cast: Cast, over: Clock, session: Session) -> None:
    period = opened(cast, over)
    lock_as_shown(cast, period, over)
    found = locked_figure(session, cast.commune, period)
    assert found is not None
    content = found.content
    turned = LockContent.of(reversed(content.numbers), reversed(content.counted), reversed(content.targets))
    assert turned == content
    assert replace(found, content=turned).digest == found.stored_digest
