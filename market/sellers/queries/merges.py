"""Which businesses of the register were said to be one, which may be, and what is shown before they are merged."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from market.base.db import said as said_of
from market.base.errors import NotFound
from market.base.seen import Facts
from market.places.queries import hamlet_of_today
from market.sellers.models import AnswerAbout, Business, BusinessMerge, BusinessStatus, RegisterAnswer, Stall
from market.sellers.queries.answers import TWO
from market.sellers.queries.facts import business_facts
from market.sellers.rules import OF_BUSINESS, KnownBusiness, NearPair, RegisterRow, near_pairs, row_of_values
from market.values.paging import pages_of
from market.values.text import fold

PAIRS = 20


def merge_in_force(session: Session, business_id: int) -> BusinessMerge | None:
    """By which merge a business is another one now; None where it is its own."""
    query = select(BusinessMerge).where(BusinessMerge.merged_id == business_id, BusinessMerge.undone_at.is_(None))
    return session.scalar(query.options(joinedload(BusinessMerge.into)))


def merged_away() -> Select[int]:
    """The ids of the businesses that are another one now, for any query over `business`."""
    return select(BusinessMerge.merged_id).where(BusinessMerge.undone_at.is_(None))


def same_business(session: Session, business_id: int) -> tuple[int, ...]:
    """A business and those that were merged into it, and into those: what any of them sold, was visited for or showed
    is of this one. By id."""
    found, asked = {business_id}, {business_id}
    while asked:
        query = select(BusinessMerge.merged_id).where(
            BusinessMerge.into_id.in_(asked), BusinessMerge.undone_at.is_(None)
        )
        asked = set(session.scalars(query)) - found
        found |= asked
    return tuple(sorted(found))


def said_before(session: Session, merge: BusinessMerge) -> tuple[RegisterRow, RegisterRow]:
    """What was said of the one that goes on and of the other, each in the hamlet that theirs is a part of today."""
    into, merged = (row_of_values(said) for said in (merge.into_said, merge.merged_said))
    return (
        replace(into, hamlet_id=hamlet_of_today(session, into.hamlet_id)),
        replace(merged, hamlet_id=hamlet_of_today(session, merged.hamlet_id)),
    )


def stall_going_on(session: Session, business_id: int) -> str | None:
    """The address of the stall of the business that a merged one is now; None where it is its own or has none."""
    is_merged = False
    while merge := merge_in_force(session, business_id):
        business_id, is_merged = merge.into_id, True
    if not is_merged:
        return None
    found = session.scalar(select(Stall).where(Stall.business_id == business_id))
    return None if found is None or found.is_resting else found.slug


def merges_into(session: Session, business_id: int, *, first: int, most: int) -> Sequence[BusinessMerge]:
    """What was merged into a business, the newest first, what was taken apart again too."""
    query = select(BusinessMerge).where(BusinessMerge.into_id == business_id).order_by(BusinessMerge.id.desc())
    return session.scalars(query.options(joinedload(BusinessMerge.merged)).offset(first).limit(most)).all()


def merge_with_id(session: Session, commune_id: int, merge_id: int, *, into_id: int | None = None) -> BusinessMerge:
    """NotFound for another commune's, and for one into another business than is named."""
    merge = session.get(BusinessMerge, merge_id)
    if merge is None or merge.commune_id != commune_id or into_id not in (None, merge.into_id):
        raise NotFound
    return merge


def unmerge_facts(merge: BusinessMerge) -> Facts:
    """What the page says before a merged business is taken out again."""
    said = {f"ở lại: {label}": value for label, value in business_facts(merge.into).items()}
    return said | {"gộp": "đang gộp" if merge.undone_at is None else "đã tách"}


def also_known_as(session: Session, commune_id: int) -> dict[int, list[RegisterRow]]:
    """What was said of the businesses that were merged into others, by the business that goes on: a row of a file that
    says the same speaks of that one. The hamlet is that of today, where theirs was merged since."""
    columns = BusinessMerge.merged_id, BusinessMerge.into_id, BusinessMerge.merged_said, Business.hamlet_id
    query = select(*columns).join(Business, Business.id == BusinessMerge.merged_id)
    in_force = BusinessMerge.commune_id == commune_id, BusinessMerge.undone_at.is_(None)
    rows = session.execute(query.where(*in_force).order_by(BusinessMerge.id)).all()
    into = {merged_id: into_id for merged_id, into_id, _, _ in rows}
    found: dict[int, list[RegisterRow]] = {}
    for merged_id, _, said, hamlet_id in rows:
        row = replace(row_of_values(said), hamlet_id=hamlet_id)
        found.setdefault(_last(into, merged_id), []).append(row)
    return found


def _last(into: Mapping[int, int], business_id: int) -> int:
    while business_id in into:
        business_id = into[business_id]
    return business_id


def go_on_for(session: Session, commune_id: int, rows: Collection[RegisterRow]) -> set[int]:
    """The businesses that go on for merged ones of which these rows may speak, by name or tax code."""
    names, tax_ids = {fold(row.name) for row in rows}, {row.tax_id for row in rows if row.tax_id}
    known = also_known_as(session, commune_id)
    return {
        at
        for at, said in known.items()
        if any(fold(one.name) in names or (one.tax_id and one.tax_id in tax_ids) for one in said)
    }


# --- those that may be one ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class PairsPage:
    """Pairs of businesses that may be one, the likeliest first."""

    pairs: Sequence[tuple[Business, Business]]
    total: int
    page: int

    @property
    def pages(self) -> int:
        return pages_of(self.total, PAIRS)


def pairs_that_may_be_one(session: Session, commune_id: int, *, page: int) -> PairsPage:
    """A page of those that the intake would ask about, were one of them a new row, and of which nobody has said that
    they are two."""
    found = _near_pairs(session, commune_id)
    shown = found[(page - 1) * PAIRS : page * PAIRS]
    ids = {at for pair in shown for at in (pair.one, pair.other)}
    query = select(Business).where(Business.id.in_(ids)).options(joinedload(Business.hamlet))
    by_id = {one.id: one for one in session.scalars(query)} if ids else {}
    pairs = [(by_id[pair.one], by_id[pair.other]) for pair in shown]
    return PairsPage(pairs=pairs, total=len(found), page=page)


def _near_pairs(session: Session, commune_id: int) -> list[NearPair]:
    columns = (
        Business.id,
        Business.name,
        Business.kind,
        Business.hamlet_id,
        Business.tax_id,
        Business.owner_name,
        Business.phone,
    )
    active = Business.commune_id == commune_id, Business.status != said_of(BusinessStatus.TERMINATED)
    known = [
        KnownBusiness(
            id=row.id,
            said=RegisterRow(
                name=row.name,
                kind=row.kind,
                hamlet_id=row.hamlet_id,
                tax_id=row.tax_id,
                owner_name=row.owner_name,
                phone=row.phone,
            ),
        )
        for row in session.execute(select(*columns).where(*active))
    ]
    apart = select(RegisterAnswer.said).where(
        RegisterAnswer.commune_id == commune_id,
        RegisterAnswer.about == AnswerAbout.TWIN,
        RegisterAnswer.said.startswith(OF_BUSINESS),
        RegisterAnswer.meaning == TWO,
    )
    return near_pairs(known, set(session.scalars(apart)))
