"""What a spreadsheet would do to the register: asked before it is done, and again while it is done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from market.base.seen import UNSAID, Facts
from market.base.spreadsheets.intake import Vocabulary
from market.places.models import Hamlet
from market.places.queries import hamlets_of, old_places_of
from market.sellers.models import Business, BusinessHistory, BusinessStatus, UnreadCell
from market.sellers.queries.answers import ONE, TWO, Answers, answers_of, twin_mark
from market.sellers.queries.merges import also_known_as, go_on_for, merged_away
from market.sellers.rules import (
    KIND_WORDS,
    STATUS_WORDS,
    Decision,
    HamletNames,
    ImportReport,
    Known,
    KnownBusiness,
    NumberedRow,
    RegisterRow,
    RowOutcome,
    TypedRow,
    ask_about_pairs,
    ask_about_twins,
    joined_rows,
    plan,
    read_row,
    row_words,
    vocabulary,
)
from market.values.text import fold


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What the rows of a file are compared with: a commune's hamlets, its answers, its whole register."""

    hamlets: Mapping[int, str]
    names: HamletNames
    answers: Answers
    known: Sequence[KnownBusiness]

    @property
    def vocabulary(self) -> Vocabulary:
        """How the commune's spreadsheets are read: by its hamlets, and by what its people said that titles mean."""
        return vocabulary(self.answers.words.columns, self.names)


def beside(session: Session, commune_id: int) -> Beside:
    """What a commune's files are read by and compared with, as it is now."""
    hamlets = {hamlet.id: hamlet.name for hamlet in hamlets_of(session, commune_id)}
    old_places = [(old.old_name, old.hamlet_id) for old in old_places_of(session, commune_id)]
    answers = answers_of(session, commune_id)
    meant = {said: at for said, at in answers.hamlets.items() if at in hamlets}
    return Beside(
        hamlets=hamlets,
        names=HamletNames(hamlets.items(), old_places, meant),
        answers=answers,
        known=known_businesses(session, commune_id),
    )


def plan_import(session: Session, commune_id: int, typed: Sequence[TypedRow], *, today: date) -> ImportReport:
    """What becomes of each row of a file, in their order. Nothing is written."""
    return plan_beside(beside(session, commune_id), typed, today=today)


def plan_beside(register: Beside, typed: Sequence[TypedRow], *, today: date) -> ImportReport:
    """The same, of what was asked already."""
    known, answers = register.known, register.answers
    read_by = Known(
        hamlets=register.names,
        words=answers.words,
        phones={business.said.phone for business in known},
        tax_ids={business.said.tax_id for business in known},
        today=today,
    )
    rows: list[NumberedRow] = []
    unread: list[Decision] = []
    for one in typed:
        try:
            row = read_row(one, read_by.hamlets, known=read_by)
            rows.append(NumberedRow(number=one.number, row=row, means=answers.same(row), mark=twin_mark(row)))
        except ValueError as error:
            fault = Decision(number=one.number, name=one.name, outcome=RowOutcome.REFUSED, reason=str(error))
            unread.append(fault)
    apart = {one.number: answers.apart(one.row) for one in rows}
    alone, joined = joined_rows(rows, answers.pairs_that_are(ONE))
    asked = ask_about_twins(plan(alone, known, today=today), known, apart)
    decisions = ask_about_pairs(asked, answers.pairs_that_are(TWO)) + joined + unread
    return ImportReport(decisions=sorted(decisions, key=lambda decision: decision.number))


OUTCOME_WORDS = {
    RowOutcome.CREATED: "thêm mới",
    RowOutcome.UPDATED: "cập nhật",
    RowOutcome.UNCHANGED: "không đổi",
    RowOutcome.REFUSED: "chưa nhận",
    RowOutcome.ASKED: "có thể trùng",
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
    return {
        number: ", ".join(f"{FIELD_WORDS[name]}: {old}" for name, old, _new in told)
        for number, told in _told_changes(session, commune_id, report).items()
    }


def overwritten_and_changed(
    session: Session, commune_id: int, report: ImportReport
) -> tuple[dict[int, str], dict[int, str]]:
    """`overwritten_by`, and by row what the register says now and what it will say, for people: `thôn: A → B`."""
    told = _told_changes(session, commune_id, report)
    old = {n: ", ".join(f"{FIELD_WORDS[name]}: {said}" for name, said, _ in changes) for n, changes in told.items()}
    both = {n: ", ".join(f"{FIELD_WORDS[name]}: {a} → {b}" for name, a, b in changes) for n, changes in told.items()}
    return old, both


def _told_changes(session: Session, commune_id: int, report: ImportReport) -> dict[int, list[tuple[str, str, str]]]:
    """By row: field, what is said now, what will be."""
    changing = [(one.number, one.before, one.said, one.fields) for one in report.decisions if one.before and one.fields]
    if not changing:
        return {}
    names = select(Hamlet.id, Hamlet.name).where(Hamlet.commune_id == commune_id)
    hamlets = {row.id: row.name for row in session.execute(names)}
    return {
        number: [(name, _said(before, name, hamlets), _said(said, name, hamlets)) for name in fields]
        for number, before, said, fields in changing
        if said
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
    return row_words(number)


def _becomes(one: Decision, overwritten: str | None) -> str:
    told = f", đang ghi {overwritten}" if overwritten else ""
    return f"{OUTCOME_WORDS[one.outcome]}{told}{UNSAID}{one.business_id}"


def missing_from(register: Beside, typed: Sequence[TypedRow], report: ImportReport) -> list[KnownBusiness]:
    """What the register has in the hamlets that a file speaks of and the file does not, but for what trades no more.

    What is called like a row that was not taken is not missing: it is only not understood.
    """
    decided = report.decisions
    spoken = {at for one in decided for at in (one.business_id, one.near) if at is not None}
    hamlets = {one.says.hamlet_id for one in decided if one.says}
    untaken = {one.number for one in (*report.refused, *report.asked)}
    named = {fold(one.name) for one in typed if one.number in untaken}
    return [
        one
        for one in register.known
        if one.said.hamlet_id in hamlets
        and one.said.status is not BusinessStatus.TERMINATED
        and one.id not in spoken
        and fold(one.said.name) not in named
    ]


def known_near(session: Session, commune_id: int, planned: Sequence[Decision]) -> list[KnownBusiness]:
    """What of a commune's register these rows can mean or meet: what has the name or the tax code of one, and what a
    person said that one is."""
    rows = [one.says for one in planned if one.says]
    names, tax_ids = {fold(row.name) for row in rows}, {row.tax_id for row in rows if row.tax_id}
    meant = {one.means for one in planned if one.means is not None}
    meant |= go_on_for(session, commune_id, rows)
    alike = or_(Business.folded.in_(names), Business.tax_id.in_(tax_ids), Business.id.in_(meant))
    return known_businesses(session, commune_id, alike)


def known_businesses(session: Session, commune_id: int, *scope: ColumnElement[bool]) -> list[KnownBusiness]:
    """The register of a commune, or a part of it, as far as a row can speak of it, oldest first: of merged ones what
    was said of them stands with the one that goes on."""
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
    query = query.where(Business.commune_id == commune_id, Business.id.not_in(merged_away()), *scope)
    query = query.group_by(Business.id).order_by(Business.id)
    unread, also = _unread_of(session, commune_id, *scope), also_known_as(session, commune_id)
    return [
        KnownBusiness(
            id=row.id,
            since=row.since,
            unread=frozenset(unread.get(row.id, ())),
            also=tuple(also.get(row.id, ())),
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


def _unread_of(session: Session, commune_id: int, *scope: ColumnElement[bool]) -> dict[int, set[tuple[str, str]]]:
    """Business -> field and text of the cells that nobody could read, those put away too."""
    query = select(UnreadCell.business_id, UnreadCell.field, UnreadCell.text).join(
        Business, Business.id == UnreadCell.business_id
    )
    found: dict[int, set[tuple[str, str]]] = {}
    for business_id, name, text in session.execute(query.where(Business.commune_id == commune_id, *scope)):
        found.setdefault(business_id, set()).add((name, text))
    return found
