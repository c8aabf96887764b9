"""What a spreadsheet would do to the register: asked before it is done, and again while it is done."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from market.places.queries import hamlets_of, old_places_of
from market.sellers.models import Business, BusinessHistory
from market.sellers.rules import (
    Decision,
    HamletNames,
    ImportReport,
    KnownBusiness,
    NumberedRow,
    RegisterRow,
    RowOutcome,
    TypedRow,
    plan,
    read_row,
)


def plan_import(session: Session, commune_id: int, typed: Sequence[TypedRow], *, today: date) -> ImportReport:
    """What becomes of each row of a file, in their order. Nothing is written."""
    hamlets, known = _hamlet_names(session, commune_id), known_businesses(session, commune_id)
    phones = {business.said.phone for business in known}
    rows: list[NumberedRow] = []
    unread: list[Decision] = []
    for one in typed:
        try:
            rows.append(NumberedRow(number=one.number, row=read_row(one, hamlets, phones)))
        except ValueError as error:
            fault = Decision(number=one.number, name=one.name, outcome=RowOutcome.REFUSED, reason=str(error))
            unread.append(fault)
    decisions = plan(rows, known, today=today) + unread
    return ImportReport(decisions=sorted(decisions, key=lambda decision: decision.number))


def _hamlet_names(session: Session, commune_id: int) -> HamletNames:
    hamlets = [(hamlet.id, hamlet.name) for hamlet in hamlets_of(session, commune_id)]
    return HamletNames(hamlets, [(old.old_name, old.hamlet_id) for old in old_places_of(session, commune_id)])


def known_businesses(session: Session, commune_id: int) -> list[KnownBusiness]:
    """The whole register of a commune as far as a row can speak of it, oldest first."""
    columns = (
        Business.id,
        Business.name,
        Business.kind,
        Business.hamlet_id,
        Business.tax_id,
        Business.owner_name,
        Business.phone,
        Business.trade,
        Business.address,
        Business.status,
        func.max(BusinessHistory.valid_from).label("since"),
    )
    query = select(*columns).join(BusinessHistory, BusinessHistory.business_id == Business.id, isouter=True)
    query = query.where(Business.commune_id == commune_id).group_by(Business.id).order_by(Business.id)
    return [
        KnownBusiness(
            id=row.id,
            since=row.since,
            said=RegisterRow(
                name=row.name,
                kind=row.kind,
                hamlet_id=row.hamlet_id,
                tax_id=row.tax_id,
                owner_name=row.owner_name,
                phone=row.phone,
                trade=row.trade,
                address=row.address,
                status=row.status,
            ),
        )
        for row in session.execute(query)
    ]
