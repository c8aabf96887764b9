"""The office's calls to buyers, and what the job that raises risk flags would have found by the day of loading."""

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from market.adoption.actions import draw_calls, examine_sales
from market.adoption.models import BuyerCall
from market.adoption.queries.examining import findings_of
from market.adoption.rules import CallCause, CallOutcome
from market.orders.models import COMPLETED, Contact, Order, Purchase
from market.seeding.actions.cast import Demo
from market.seeding.files import Row, Seeds
from market.values.phone import Phone


def load_calls(session: Session, seeds: Seeds, demo: Demo) -> None:
    """Calls about orders as they were made, this week's draw, and the sales looked at with all that."""
    buyers = [*seeds.table("buyers"), *seeds.table("people")]
    phones = {row.text("key"): Phone(row.text("phone")) for row in buyers if row.maybe("phone")}
    calls = [_call(session, seeds, demo, row, phones[row.text("buyer")]) for row in seeds.table("buyer_calls")]
    session.execute(insert(BuyerCall), [call for call in calls if call])
    findings = findings_of(session, demo.commune_id, known_at=seeds.now)
    examine_sales(session, findings, looked_at=seeds.now, clock=lambda: seeds.now)
    draw_calls(session, demo.commune_id, clock=lambda: seeds.now)


def _call(session: Session, seeds: Seeds, demo: Demo, row: Row, phone: Phone) -> dict[str, object] | None:
    """A call about the newest order of the buyer that was handed over by then with the code; None where there is none
    in this year's plan."""
    called_at = seeds.morning(row.whole("offset"))
    query = (
        select(Order.id)
        .join(Purchase, Purchase.id == Order.purchase_id)
        .join(Contact, Contact.id == Purchase.contact_id)
        .where(COMPLETED, Order.commune_id == demo.commune_id, Order.completed_at < called_at)
        .where(Contact.phone == phone, Order.buyer_confirmed_at.is_not(None))
        .order_by(Order.completed_at.desc())
    )
    order_id = session.scalars(query.limit(1)).first()
    if order_id is None:
        return None
    return {
        "commune_id": demo.commune_id,
        "order_id": order_id,
        "cause": CallCause.CHECK,
        "outcome": CallOutcome(row.text("outcome")),
        "note": row.maybe("note") or "",
        "called_by": demo.officer.person_id,
        "called_at": called_at,
    }
