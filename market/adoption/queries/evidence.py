"""Sales as conditions inside a statement over `order`: what proves one, what is flagged of it, whether it counts.

It is what `rules.facts` and `rules.summary` say of a ledger in memory, said to the database, so that pages read figures
and not orders; the two are kept equal by tests/adoption/test_same_figures.py. Each statement takes `known_at`, the
moment as of which it is asked, and `late_from`: sales after that day count only once an officer says so.
"""

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    Text,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    type_coerce,
)

from market.adoption.models import EvidenceReview, RaisedFlag, SaleCheck
from market.adoption.rules import Verdict
from market.base.conditions import of_few
from market.base.db import AnyColumn, AnySelect
from market.orders.models import COMPLETED, Complaint, Contact, Order, Purchase
from market.payments.models import Allocation, AllocationKind, PaymentRequest, Refund
from market.payments.queries.confirmed import KNOWN_AT, Moment, is_confirmed_by, orders_sent_back_to_cards
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


def _told_by(*what: ColumnElement[bool]) -> ColumnElement[int]:
    """What of an order's money was put on it by those chosen; what was taken off again is taken off."""
    told = (
        select(func.coalesce(func.sum(Allocation.amount), 0))
        .join(PaymentRequest, PaymentRequest.id == Allocation.request_id)
        .where(PaymentRequest.order_id == Order.id, Allocation.at <= KNOWN_AT, *what)
    )
    return cast(told.correlate(Order).scalar_subquery(), BigInteger)


def _given_back() -> ColumnElement[int]:
    """What the seller of an order says they gave back to its buyer, and what went back from hand to hand for goods that
    were not right."""
    back = (
        select(func.coalesce(func.sum(Refund.amount), 0))
        .join(PaymentRequest, PaymentRequest.id == Refund.request_id)
        .where(PaymentRequest.order_id == Order.id, Refund.at <= KNOWN_AT)
    )
    by_hand = select(func.coalesce(func.sum(Complaint.by_hand), 0)).where(
        Complaint.order_id == Order.id, Complaint.returned_at <= KNOWN_AT
    )
    return cast(back.correlate(Order).scalar_subquery() + by_hand.correlate(Order).scalar_subquery(), BigInteger)


def _verdict() -> ColumnElement[str | None]:
    """The newest verdict on an order."""
    said = select(type_coerce(EvidenceReview.verdict, Text)).where(
        EvidenceReview.order_id == Order.id, EvidenceReview.reviewed_at <= KNOWN_AT
    )
    newest = said.order_by(EvidenceReview.id.desc()).limit(1).correlate(Order).scalar_subquery()
    return of_few(Order.id, EvidenceReview.order_id, newest)


def answered_at(known_at: Moment) -> AnyColumn:
    """When the order of a raised flag was last decided about."""
    decided = select(func.max(EvidenceReview.reviewed_at)).where(
        EvidenceReview.order_id == RaisedFlag.order_id, EvidenceReview.reviewed_at <= known_at
    )
    return decided.correlate(RaisedFlag).scalar_subquery()


def _has_flags() -> ColumnElement[bool]:
    """Whether the job flagged something that no verdict has answered since."""
    decided = answered_at(KNOWN_AT)
    open_flags = select(RaisedFlag.id).where(
        RaisedFlag.order_id == Order.id,
        holds_at(RaisedFlag, KNOWN_AT),
        or_(decided.is_(None), RaisedFlag.found_at > decided),
    )
    return of_few(Order.id, RaisedFlag.order_id, open_flags.correlate(Order).exists()).is_(True)


_BY_CODE = func.coalesce(Order.buyer_confirmed_at <= KNOWN_AT, False)
_KNOWN_BUYER = and_(_BY_CODE, SaleCheck.vouch.is_not(None))
_FROM_CARD = Allocation.kind == AllocationKind.CARD
_FROM_BANK = and_(Allocation.kind == AllocationKind.BANK, is_confirmed_by(KNOWN_AT))
BY_BANK = _told_by(_FROM_BANK) > 0
BY_MONEY = _told_by(or_(_FROM_CARD, _FROM_BANK)) > 0
"""By a bank's word or a gateway's: of neither is more taken off than was put on."""
IS_PROVEN = or_(_KNOWN_BUYER, BY_MONEY)
"""On counted evidence."""
IS_STRUCK_OUT = func.coalesce(_verdict() == Verdict.DOES_NOT_COUNT.value, False)
_UNLESS_SAID = case(
    (and_(SaleCheck.id.is_not(None), Order.completed_on <= LATE_FROM), Verdict.COUNTS.value),
    else_=Verdict.DOES_NOT_COUNT.value,
)
IS_VOUCHED = func.coalesce(_verdict() == Verdict.COUNTS.value, False)
IS_GOOD = and_(func.coalesce(_verdict(), _UNLESS_SAID) == Verdict.COUNTS.value, IS_PROVEN, ~_has_flags())
"""Proven, and nothing says to look at it first. Of a sale that the job had nothing to look at, as most paid in cash,
its money is not even asked for."""
IS_UNFLAGGED = or_(IS_GOOD, and_(_BY_CODE, ~IS_PROVEN, ~IS_STRUCK_OUT, ~_has_flags()))
"""Good, or of a buyer who read out the code and whom nobody knows: nothing speaks against it."""


def _is_member() -> ColumnElement[bool]:
    """Whether the buyer is a member of the business, in a statement with buyers; of a guest no more is asked."""
    member = select(BusinessMember.id).where(
        BusinessMember.business_id == Order.business_id,
        BusinessMember.person_id == Contact.person_id,
        BusinessMember.state == ClaimState.CONFIRMED,
    )
    return case((Contact.person_id.is_not(None), member.correlate(Order, Contact).exists()), else_=False)


def is_own() -> ColumnElement[bool]:
    """Whether a member of the business bought it."""
    bought = select(Purchase.id).join(Contact, Contact.id == Purchase.contact_id)
    return bought.where(Purchase.id == Order.purchase_id, _is_member()).correlate(Order).exists()


def _is_kept() -> ColumnElement[bool]:
    """Whether not all of its money was given back, by hand or to its card."""
    sent_back = Order.id.in_(orders_sent_back_to_cards())
    return and_(_given_back() < type_coerce(Order.total, BigInteger), ~sent_back)


def if_sale(what: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether a completed order is such, and a sale at all: one that a member of the business bought is none, nor is
    one whose money was all given back. A CASE is not taken apart: of the many that are no such nothing more is
    asked."""
    return case((what, and_(_is_kept(), ~is_own())), else_=False)


def orders(*columns: AnyColumn) -> AnySelect:
    """Completed orders with what the job found of each."""
    return (
        select(*columns)
        .select_from(Order)
        .outerjoin(SaleCheck, and_(SaleCheck.order_id == Order.id, holds_at(SaleCheck, KNOWN_AT)))
        .where(COMPLETED, Order.completed_at <= KNOWN_AT)
    )


def sales_with_buyers(what: ColumnElement[bool], *columns: AnyColumn) -> AnySelect:
    """As `orders` where `if_sale`, with the buyer: who is read where the order is such, and asked no second time."""
    return with_buyers(orders(*columns)).where(case((what, _is_kept()), else_=False), ~_is_member())


def with_buyers(query: AnySelect) -> AnySelect:
    return query.join(Purchase, Purchase.id == Order.purchase_id).join(Contact, Contact.id == Purchase.contact_id)
