"""Writes down what the job that raises risk flags found, so that figures and pages read it and look for nothing."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from market.adoption.models import RaisedFlag, SaleCheck
from market.adoption.queries.findings import Written, written_of
from market.adoption.rules import Pointer, RiskFlag, SaleFinding, Vouch
from market.base.clock import Clock
from market.base.db import Locked, locked_all
from market.orders.models import Order


def examine_sales(session: Session, findings: Mapping[int, SaleFinding], *, looked_at: datetime, clock: Clock) -> int:
    """Write down what was found of some orders at a moment; returns of how many something new. Idempotent.

    The orders are locked first and the time is taken then, so that a verdict given before is known to be older than the
    flags that it did not see. What was written of an order since it was looked at stays until the next look.
    """
    orders = locked_all(session, Order, Order.id.in_(findings))
    now = clock()
    written = written_of(session, findings)
    return sum(
        write_finding(session, one, _joined(findings, written, one.row.id, looked_at), written.get(one.row.id), now=now)
        for one in orders
    )


def _joined(
    findings: Mapping[int, SaleFinding], written: Mapping[int, Written], order_id: int, looked_at: datetime
) -> SaleFinding:
    finding = findings[order_id]
    return written[order_id].joined_with(finding, looked_at=looked_at) if order_id in written else finding


def write_finding(
    session: Session, order: Locked[Order], finding: SaleFinding, written: Written | None, *, now: datetime
) -> bool:
    """End what no longer holds and begin what is new; False where nothing is."""
    if written is not None and written.says(finding):
        return False
    order_id = order.row.id
    known = written.flags if written else {}
    for flag in known.keys() - finding.flags.keys():
        known[flag].ended_at = now
    for flag in sorted(finding.flags.keys() - known.keys()):
        session.add(_raised(order_id, flag, finding.flags[flag], now))
    _write_check(session, order_id, finding.vouch, written, now)
    session.flush()
    return True


def _write_check(session: Session, order_id: int, vouch: Vouch | None, written: Written | None, now: datetime) -> None:
    if written and written.check.vouch is vouch:
        return
    if written:
        written.check.ended_at = now
        session.flush()
    session.add(SaleCheck(order_id=order_id, vouch=vouch, found_at=now))


def _raised(order_id: int, flag: RiskFlag, pointer: Pointer, now: datetime) -> RaisedFlag:
    return RaisedFlag(
        order_id=order_id,
        risk_flag=flag,
        business_id=pointer.business_id,
        person_id=pointer.person_id,
        found_at=now,
    )
