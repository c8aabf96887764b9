"""What a spreadsheet would do to the register: asked before it is done, and again while it is done."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from market.base.seen import UNSAID, Facts
from market.places.models import Hamlet
from market.places.queries import hamlets_of, old_places_of
from market.sellers.models import Business, BusinessHistory
from market.sellers.rules import (
    KIND_WORDS,
    STATUS_WORDS,
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
from market.values.text import fold


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


OUTCOME_WORDS = {
    RowOutcome.CREATED: "thêm mới",
    RowOutcome.UPDATED: "cập nhật",
    RowOutcome.UNCHANGED: "không đổi",
    RowOutcome.REFUSED: "chưa nhận",
}
NOTHING = "để trống"
FIELD_WORDS = {
    "name": "tên cơ sở",
    "kind": "loại hình",
    "hamlet_id": "thôn",
    "tax_id": "mã số thuế",
    "owner_name": "chủ cơ sở",
    "phone": "điện thoại",
    "trade": "ngành nghề",
    "address": "địa chỉ",
    "status": "tình trạng",
}


def overwritten_by(session: Session, commune_id: int, report: ImportReport) -> dict[int, str]:
    """By the number of a row that changes a business: what the register says now where the row says something else."""
    changing = {one.number: (one.before, one.fields) for one in report.decisions if one.before and one.fields}
    if not changing:
        return {}
    names = select(Hamlet.id, Hamlet.name).where(Hamlet.commune_id == commune_id)
    hamlets = {row.id: row.name for row in session.execute(names)}
    return {
        number: ", ".join(f"{FIELD_WORDS[name]}: {_said(before, name, hamlets)}" for name in fields)
        for number, (before, fields) in changing.items()
    }


def _said(known: RegisterRow, name: str, hamlets: Mapping[int, str]) -> str:
    match name:
        case "kind":
            return KIND_WORDS[known.kind]
        case "hamlet_id":
            return hamlets[known.hamlet_id]
        case "status":
            return STATUS_WORDS[known.status] if known.status else NOTHING
        case "phone":
            return known.phone.national if known.phone else NOTHING
    return getattr(known, name) or NOTHING


def import_facts(report: ImportReport, overwritten: Mapping[int, str]) -> Facts:
    """What becomes of each row, and what of the register it overwrites (`overwritten_by`): `dòng 3` -> `cập nhật, đang
    ghi ngành nghề: bún`."""
    return {fact_label(one.number): _becomes(one, overwritten.get(one.number)) for one in report.decisions}


def fact_label(number: int) -> str:
    return f"dòng {number}"


def _becomes(one: Decision, overwritten: str | None) -> str:
    told = f", đang ghi {overwritten}" if overwritten else ""
    return f"{OUTCOME_WORDS[one.outcome]}{told}{UNSAID}{one.business_id}"


def _hamlet_names(session: Session, commune_id: int) -> HamletNames:
    hamlets = [(hamlet.id, hamlet.name) for hamlet in hamlets_of(session, commune_id)]
    return HamletNames(hamlets, [(old.old_name, old.hamlet_id) for old in old_places_of(session, commune_id)])


def known_near(session: Session, commune_id: int, rows: Sequence[RegisterRow]) -> list[KnownBusiness]:
    """What of a commune's register these rows can mean or meet: what has the name or the tax code of one."""
    names, tax_ids = {fold(row.name) for row in rows}, {row.tax_id for row in rows if row.tax_id}
    return known_businesses(session, commune_id, or_(Business.folded.in_(names), Business.tax_id.in_(tax_ids)))


def known_businesses(session: Session, commune_id: int, *scope: ColumnElement[bool]) -> list[KnownBusiness]:
    """The register of a commune, or a part of it, as far as a row can speak of it, oldest first."""
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
    query = query.where(Business.commune_id == commune_id, *scope).group_by(Business.id).order_by(Business.id)
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
