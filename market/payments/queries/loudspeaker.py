"""What a stall's loudspeaker tells of: money of which its bank or card gateway told, beside what its order asks for."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import (
    BigInteger,
    Integer,
    RowMapping,
    Subquery,
    Text,
    bindparam,
    cast,
    func,
    literal,
    null,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from market.base.db import AnySelect, UtcTime, said
from market.orders.models import Contact, Order, Purchase
from market.orders.queries.orders import OF_STALL
from market.payments.models import Allocation, AllocationKind, BankCredit, PaymentRequest
from market.payments.queries.stalls import is_of_statement, is_standing
from market.payments.rules.matching import UNMATCHED_WORDS, Unmatched
from market.payments.rules.spoken import HEADINGS, Comparison, compared, headline, sentence
from market.places.queries import QUIET_ROWS, read_quiet_hours
from market.values.money import Dong

MOST_READ = 30
MOST_SHOWN = 10
LATELY = timedelta(days=30)
STILL_NEWS = timedelta(minutes=2)
"""What came before is shown and not spoken: who opens the page, or has a network again, is not told old news."""
_UNSPOKEN = frozenset({Unmatched.WRONG_ACCOUNT, Unmatched.REVERSED, Unmatched.NOT_MATCHED, Unmatched.TOLD_TWICE})
"""Money that is not the stall's account's, that was told of before, or that the market keeps without comparing it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """Money that came in, as it compared with its order at that moment. `key` names it for good; `amount` is what is
    said, `came` what the bank told of. `is_told`: by the bank or the gateway alone, so that it is news to a seller.
    """

    key: str
    at: datetime
    came: Dong
    comparison: Comparison
    amount: Dong
    code: str | None
    buyer_name: str | None
    kind: AllocationKind
    is_told: bool
    why: str

    @property
    def heading(self) -> str:
        return HEADINGS[self.comparison]

    @property
    def headline(self) -> str:
        return headline(self.comparison, self.amount)

    @property
    def sentence(self) -> str:
        return sentence(self.comparison, self.amount)

    @property
    def brief(self) -> str:
        """The sentence without the amount, for who does not want it heard by all."""
        return sentence(self.comparison, self.amount, with_amount=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcements:
    """The newest, and for how many milliseconds more some are news: of an order its last alone.
    In quiet hours they are shown, and not spoken."""

    rows: Sequence[Announcement]
    news: Mapping[str, int]
    quiet_until: datetime | None

    @property
    def shown(self) -> Sequence[Announcement]:
        """The last ten, and whatever else is still to be spoken."""
        return [*self.rows[:MOST_SHOWN], *(row for row in self.rows[MOST_SHOWN:] if row.key in self.news)]

    @property
    def progress(self) -> tuple[object, ...]:
        """Another one exactly when the page is, by what came or by the hour; not as news grows old."""
        return self.rows, self.quiet_until


def _on_orders() -> Subquery:
    """The newest of what was put on orders and stands, with what its order had received by then."""
    earlier = aliased(Allocation)
    by_then = select(func.sum(earlier.amount)).where(
        earlier.request_id == Allocation.request_id, earlier.id <= Allocation.id
    )
    newest = (
        select(
            Allocation.id,
            Allocation.at,
            Allocation.amount.label("came"),
            Allocation.request_id,
            Allocation.kind,
            Allocation.actor_id,
            by_then.correlate(Allocation).scalar_subquery().label("received"),
        )
        .where(
            Allocation.stall_id == OF_STALL,
            Allocation.at > bindparam("since", type_=UtcTime()),
            Allocation.kind != said(AllocationKind.SELLER),
            ~is_of_statement(Allocation.credit_id, Allocation),
            *is_standing(Allocation),
        )
        .order_by(Allocation.at.desc(), Allocation.id.desc())
        .limit(MOST_READ)
    )
    return newest.subquery("on_orders")


def _on_none() -> Subquery:
    """The newest of the stall's notices that were looked at and pay no order yet."""
    newest = (
        select(
            BankCredit.id,
            BankCredit.received_at,
            (BankCredit.amount - BankCredit.allocated).label("came"),
            BankCredit.unmatched_reason,
        )
        .where(
            BankCredit.stall_id == OF_STALL,
            BankCredit.occurred_at > bindparam("since", type_=UtcTime()),
            BankCredit.unmatched_reason.is_not(None),
            BankCredit.unmatched_reason != Unmatched.IN_PROGRESS,
            ~is_of_statement(BankCredit.id, BankCredit),
        )
        .order_by(BankCredit.occurred_at.desc(), BankCredit.id.desc())
        .limit(MOST_READ)
    )
    return newest.subquery("on_none")


def _announcements() -> AnySelect:
    """All in one statement, with the commune's quiet hours, which come even where no money did."""
    on_orders, on_none = _on_orders(), _on_none()
    of_orders = (
        select(
            on_orders.c.id,
            on_orders.c.at,
            on_orders.c.came,
            cast(on_orders.c.kind, Text).label("kind"),
            on_orders.c.received,
            on_orders.c.actor_id,
            PaymentRequest.amount.label("asked"),
            PaymentRequest.closed_at,
            Order.deposit,
            Order.code,
            Contact.name.label("buyer_name"),
            cast(null(), Text).label("unmatched_reason"),
        )
        .join(PaymentRequest, PaymentRequest.id == on_orders.c.request_id)
        .join(Order, Order.id == PaymentRequest.order_id)
        .join(Purchase, Purchase.id == Order.purchase_id)
        .join(Contact, Contact.id == Purchase.contact_id)
    )
    of_none = select(
        on_none.c.id,
        on_none.c.received_at,
        on_none.c.came,
        literal(AllocationKind.BANK.value, Text),
        cast(null(), BigInteger),
        cast(null(), BigInteger),
        cast(null(), BigInteger),
        cast(null(), UtcTime()),
        cast(null(), BigInteger),
        cast(null(), Text),
        cast(null(), Text),
        cast(on_none.c.unmatched_reason, Text),
    )
    rows = union_all(of_orders, of_none).subquery("rows")
    always = select(literal(1, Integer).label("one")).subquery("always")
    asked = select(QUIET_ROWS.label("quiet_rows"), *rows.c).select_from(always.outerjoin(rows, true()))
    return asked.order_by(rows.c.at.desc(), rows.c.id.desc()).limit(MOST_READ)


_ANNOUNCEMENTS = _announcements()


def announcements(session: Session, stall_id: int, commune_id: int, *, now: datetime) -> Announcements:
    """What came in at a stall of late, in one statement of rows: an open loudspeaker asks every few seconds."""
    which = {"stall": stall_id, "commune_id": commune_id, "since": now - LATELY}
    found = session.connection().execute(_ANNOUNCEMENTS, which).mappings().all()
    rows = tuple(_announcement(row) for row in found if row["id"] is not None)
    wakes_at = read_quiet_hours(found[0]["quiet_rows"]).waking(now)
    return Announcements(rows=rows, news=dict(_news(rows, now)), quiet_until=wakes_at if wakes_at > now else None)


def _news(rows: Sequence[Announcement], now: datetime) -> Iterator[tuple[str, int]]:
    later: set[str] = set()
    for row in rows:
        left = row.at + STILL_NEWS - now
        if row.is_told and left > timedelta() and row.code not in later:
            yield row.key, left // timedelta(milliseconds=1)
        if row.code:
            later.add(row.code)


def _announcement(row: RowMapping) -> Announcement:
    return _of_order(row) if row["unmatched_reason"] is None else _of_none(row)


def _of_order(row: RowMapping) -> Announcement:
    is_ended = row["closed_at"] is not None and row["closed_at"] <= row["at"]
    sums = (row["asked"], row["received"], row["came"])
    comparison, amount = compared(*sums, is_ended=is_ended, deposit=row["deposit"])
    kind = AllocationKind(row["kind"])
    return Announcement(
        key=f"d{row['id']}",
        at=row["at"],
        came=Dong(row["came"]),
        comparison=comparison,
        amount=amount,
        code=row["code"],
        buyer_name=row["buyer_name"],
        kind=kind,
        is_told=kind is AllocationKind.CARD or row["actor_id"] is None,
        why="",
    )


def _of_none(row: RowMapping) -> Announcement:
    reason = Unmatched(row["unmatched_reason"])
    return Announcement(
        key=f"k{row['id']}",
        at=row["at"],
        came=Dong(row["came"]),
        comparison=Comparison.NO_ORDER,
        amount=Dong(row["came"]),
        code=None,
        buyer_name=None,
        kind=AllocationKind.BANK,
        is_told=reason not in _UNSPOKEN,
        why=UNMATCHED_WORDS[reason],
    )
