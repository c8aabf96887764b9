"""Sales as conditions inside a statement over the ledger of evidence: what proves one, what is found of it, whether it
counts.

It is what `rules.facts` and `rules.summary` say of sales in memory, said to the database, so that pages read figures
and not orders; the two are kept equal by tests/adoption/test_same_figures.py. Each statement takes `known_at`, the
moment as of which it is asked, and `late_from`: sales after that day count only once an officer says so.
"""

from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    Text,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal,
    literal_column,
    or_,
    select,
    type_coerce,
)

from market.adoption.models import EvidenceReview, LedgerEntry, RaisedFlag, SaleCheck
from market.adoption.rules import EntryKind, Evidence, EvidenceState
from market.base.db import AnyColumn, AnySelect, said
from market.orders.models import Contact, Order, Purchase
from market.payments.queries.confirmed import KNOWN_AT, Moment
from market.sellers.models import BusinessMember, ClaimState

LATE_FROM = bindparam("late_from", type_=Date())


def holds_at(found: type[SaleCheck] | type[RaisedFlag], known_at: Moment) -> ColumnElement[bool]:
    """What the job had found by a moment and still held then."""
    return and_(found.found_at <= known_at, or_(found.ended_at.is_(None), found.ended_at > known_at))


def buyer_phone() -> ColumnElement[str]:
    """The buyer's phone as text; a buyer whose data was erased, or whose number nobody asked for, is nobody else's."""
    erased = literal("#") + cast(Contact.id, Text)
    is_unknown = Contact.erased_at.is_not(None) | Contact.phone.is_(None)
    return case((is_unknown, erased), else_=type_coerce(Contact.phone, Text))


def buyer_device() -> ColumnElement[str]:
    """The device that a buyer is told apart by: the phone where none is known."""
    return func.coalesce(func.nullif(Contact.device, ""), buyer_phone())


def answered_at(known_at: Moment) -> AnyColumn:
    """When the order of a raised flag was last decided about."""
    decided = select(func.max(EvidenceReview.reviewed_at)).where(
        EvidenceReview.order_id == RaisedFlag.order_id, EvidenceReview.reviewed_at <= known_at
    )
    return decided.correlate(RaisedFlag).scalar_subquery()


def is_own() -> ColumnElement[bool]:
    """Whether a member of the business bought it, in a statement over `order`."""
    bought = (
        select(Purchase.id)
        .join(Contact, Contact.id == Purchase.contact_id)
        .join(BusinessMember, BusinessMember.person_id == Contact.person_id)
        .where(Purchase.id == Order.purchase_id, BusinessMember.business_id == Order.business_id)
        .where(BusinessMember.state == ClaimState.CONFIRMED)
    )
    return bought.correlate(Order).exists()


ENTRY = LedgerEntry
HOLDS = and_(ENTRY.recorded_at <= KNOWN_AT, or_(ENTRY.replaced_at.is_(None), ENTRY.replaced_at > KNOWN_AT))
"""What the ledger said at the moment. One that was replaced by then says nothing."""
IS_SALE = and_(ENTRY.kind == said(EntryKind.SALE), HOLDS)
IS_STRUCK_OUT = ENTRY.finding == said(EvidenceState.STRUCK_OUT)
IS_VOUCHED = ENTRY.finding == said(EvidenceState.COUNTS)
IS_GOOD = and_(
    ENTRY.kind == said(EntryKind.SALE),
    ENTRY.level > literal_column("1", Integer()),
    ENTRY.finding.in_((said(EvidenceState.CLEAN), said(EvidenceState.COUNTS))),
    or_(IS_VOUCHED, ENTRY.day <= LATE_FROM),
    HOLDS,
)
"""On counted evidence, and nothing says to look at it first. Said as the index of such entries says it."""


def at_least(level: Evidence) -> ColumnElement[bool]:
    """Whether a sale is proven so well."""
    return ENTRY.level >= literal_column(str(level.value), Integer())


IS_PROVEN = at_least(Evidence.BUYER)
_IS_OPEN = ENTRY.finding.in_([said(one) for one in (EvidenceState.UNSEEN, EvidenceState.CLEAN, EvidenceState.COUNTS)])
_BY_CODE = func.coalesce(Order.buyer_confirmed_at <= KNOWN_AT, False)
IS_UNFLAGGED = or_(IS_GOOD, and_(IS_SALE, ENTRY.level == literal_column("1", Integer()), _BY_CODE, _IS_OPEN))
"""Good, or of a buyer who read out the code and whom nobody knows: nothing speaks against it. In a statement with
orders."""


def sales(*columns: AnyColumn) -> AnySelect:
    """Entries about sales, to be told which."""
    return select(*columns).select_from(ENTRY)


def with_buyers(query: AnySelect) -> AnySelect:
    return (
        query.join(Order, Order.id == ENTRY.order_id)
        .join(Purchase, Purchase.id == Order.purchase_id)
        .join(Contact, Contact.id == Purchase.contact_id)
    )
