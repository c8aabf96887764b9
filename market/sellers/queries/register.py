"""Questions about the register: one business, its history and papers, a page of the list, a search."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import BindParameter, ColumnElement, Text, and_, false, func, or_, select, type_coerce
from sqlalchemy.orm import Session, joinedload

from market.base.errors import NotFound
from market.sellers.models import Business, BusinessHistory, BusinessKind, BusinessStatus, Certificate
from market.values.paging import pages_of
from market.values.text import fold, half_width

PAGE = 50
MOST_PAPERS = 20


def commune_of_business(session: Session, business_id: int) -> int:
    """NotFound for no such business."""
    commune_id = session.scalar(select(Business.commune_id).where(Business.id == business_id))
    if commune_id is None:
        raise NotFound
    return commune_id


def businesses_named(session: Session, commune_id: int, ids: Collection[int]) -> dict[int, Business]:
    """Those of these businesses that are a commune's, by id."""
    query = select(Business).where(Business.id.in_(ids), Business.commune_id == commune_id)
    return {one.id: one for one in session.scalars(query)} if ids else {}


def business_of(session: Session, commune_id: int, business_id: int) -> Business:
    business = session.get(Business, business_id, options=[joinedload(Business.hamlet)])
    if business is None or business.commune_id != commune_id:
        raise NotFound
    return business


def history_of(session: Session, business_id: int, *, first: int = 0, most: int = PAGE) -> Sequence[BusinessHistory]:
    """The lines of a business's history, the newest first: from the `first` on, at most so many."""
    query = select(BusinessHistory).where(BusinessHistory.business_id == business_id)
    newest = query.order_by(BusinessHistory.valid_from.desc(), BusinessHistory.id.desc())
    return session.scalars(newest.offset(first).limit(most)).all()


def history_since(session: Session, business_id: int) -> date | None:
    """From which day the newest line of its history holds."""
    return session.scalar(
        select(func.max(BusinessHistory.valid_from)).where(BusinessHistory.business_id == business_id)
    )


def certificates_in_force(session: Session, business_id: int, today: date) -> Sequence[Certificate]:
    """The papers an officer has checked and that have not ended: of very many the newest ones."""
    query = select(Certificate).where(Certificate.business_id == business_id, is_paper_in_force(today))
    return session.scalars(query.order_by(Certificate.id.desc()).limit(MOST_PAPERS)).all()[::-1]


def is_paper_in_force(today: date | BindParameter[date]) -> ColumnElement[bool]:
    """Whether an officer has checked a certificate and it holds on a day, for any query over `certificate`."""
    has_not_ended = or_(Certificate.valid_to.is_(None), Certificate.valid_to >= today)
    return and_(Certificate.checked_at.is_not(None), Certificate.valid_from <= today, has_not_ended)


def certificates_of(
    session: Session, business_id: int, today: date, *, first: int = 0, most: int = PAGE
) -> Sequence[Certificate]:
    """The papers on record, those that have not ended first, then the newest: from the `first` on, at most so many."""
    query = select(Certificate).where(Certificate.business_id == business_id)
    in_order = query.order_by(func.coalesce(Certificate.valid_to < today, false()), Certificate.id.desc())
    return session.scalars(in_order.offset(first).limit(most)).all()


def certificate_with_id(session: Session, business_id: int, certificate_id: int) -> Certificate:
    """A paper of a business; NotFound for another's."""
    paper = session.get(Certificate, certificate_id)
    if paper is None or paper.business_id != business_id:
        raise NotFound
    return paper


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterFilter:
    """What the register page asks for; empty means all."""

    text: str = ""
    hamlet_id: int | None = None
    kind: BusinessKind | None = None
    status: BusinessStatus | None = None
    page: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterPage:
    businesses: Sequence[Business]
    total: int
    page: int

    @property
    def pages(self) -> int:
        return pages_of(self.total, PAGE)


def register(session: Session, commune_id: int, wanted: RegisterFilter) -> RegisterPage:
    """One page of the register, 50 rows, by name."""
    query = select(Business).where(Business.commune_id == commune_id, *_conditions(wanted))
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    rows = session.scalars(
        query.options(joinedload(Business.hamlet))
        .order_by(Business.folded, Business.id)
        .limit(PAGE)
        .offset((wanted.page - 1) * PAGE)
    ).all()
    return RegisterPage(businesses=rows, total=total, page=wanted.page)


def _conditions(wanted: RegisterFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.hamlet_id:
        conditions.append(Business.hamlet_id == wanted.hamlet_id)
    if wanted.kind:
        conditions.append(Business.kind == wanted.kind)
    if wanted.status:
        conditions.append(Business.status == wanted.status)
    if wanted.text:
        conditions.append(_matches(wanted.text))
    return conditions


NUMBER_WORDS = {"mst", "ma", "so", "thue", "sdt", "dt", "dien", "thoai", "tel", "cccd"}
"""What clerks write before a number: nobody is looked for by it."""
LEAST_DIGITS = 4


def _matches(text: str) -> ColumnElement[bool]:
    """Every word in the name of the business or its owner, in any order; or the digits in its phone or tax code,
    however they are grouped, with every other word in a name."""
    words = fold(text).split()
    digits = "".join(character for character in half_width(text) if character in "0123456789")
    matches = [and_(*map(_is_named, words))] if words else []
    if len(digits) >= LEAST_DIGITS:
        others = [word for word in words if not word.isdigit() and word not in NUMBER_WORDS]
        matches.append(and_(_has_digits(digits), *map(_is_named, others)))
    return or_(false(), *matches)


def _is_named(word: str) -> ColumnElement[bool]:
    return or_(Business.folded.contains(word, autoescape=True), Business.owner_folded.contains(word, autoescape=True))


def _has_digits(digits: str) -> ColumnElement[bool]:
    """As they are typed, or without the zeros before them: a phone is kept with its country, a sheet drops zeros."""
    bare = digits.lstrip("0")
    phone, tax_id = (type_coerce(column, Text) for column in (Business.phone, Business.tax_id))
    sought = {digits, bare} if len(bare) >= LEAST_DIGITS else {digits}
    return or_(*(kept.like(f"%{one}%") for one in sorted(sought) for kept in (phone, func.replace(tax_id, "-", ""))))


def find_in_register(
    session: Session, commune_id: int, text: str, *, hamlet_id: int | None = None
) -> Sequence[Business]:
    """The few businesses, of one hamlet or of all, whose names hold these words. By nothing else: who has only a
    person's phone or number learns no business of theirs. At most ten."""
    words = fold(text)
    if len(words) < 2:
        return []
    query = select(Business).where(
        Business.commune_id == commune_id,
        Business.status != BusinessStatus.TERMINATED,
        Business.folded.contains(words, autoescape=True),
    )
    if hamlet_id is not None:
        query = query.where(Business.hamlet_id == hamlet_id)
    in_order = query.options(joinedload(Business.hamlet)).order_by(Business.folded, Business.id)
    return session.scalars(in_order.limit(10)).all()
