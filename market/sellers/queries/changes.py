"""Questions about changes that wait: of a business, of a commune, of a family member whose account it is."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, Integer, bindparam, func, select
from sqlalchemy.orm import Session, joinedload

from market.accounts.models import Person
from market.accounts.queries import visitors_of
from market.base.errors import NotFound
from market.base.secrets import vault
from market.base.seen import Facts
from market.sellers.models import Business, ChangeKind, WaitingChange
from market.sellers.queries.claims import members_of
from market.sellers.queries.devices import staff_devices
from market.sellers.rules import BANKS
from market.values.paging import CountedPage, ListPage
from market.values.period import VIETNAM
from market.values.text import fold

MOST_ASKED = 50
"""So many of a phone's are looked through for those of one name; the rest come once these are answered or over."""

Content = dict[str, str | None]
"""What a change keeps. `shown`: what it is, in words: `tài khoản nhận tiền đổi sang …`."""


def content_of(change: WaitingChange) -> Content:
    """What a change keeps, by name."""
    content: Content = json.loads(vault().decrypt(change.content_cipher))
    return content


def change_words(change: WaitingChange) -> str:
    """What it is, without a full number or key: `tài khoản nhận tiền đổi sang MB, số đuôi 0013, LE VAN TU`."""
    return content_of(change)["shown"] or ""


def moment_words(moment: datetime) -> str:
    """`07:30 ngày 25/11`, in Vietnam's time."""
    return f"{moment.astimezone(VIETNAM):%H:%M ngày %d/%m}"


def change_facts(change: WaitingChange) -> Facts:
    """What a page shows of a change to who may stop it or must agree to it."""
    return {
        "thay đổi": change_words(change),
        "người đề nghị": change.asker.name,
        "bắt đầu từ": moment_words(change.effective_at),
    }


def waiting_change(session: Session, kind: ChangeKind, subject_id: int) -> WaitingChange | None:
    """The one change of a kind that waits for a business, a stall or a member."""
    query = select(WaitingChange).where(
        WaitingChange.kind == kind, WaitingChange.subject_id == subject_id, WaitingChange.is_waiting
    )
    return session.scalar(query.execution_options(populate_existing=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class ComingAccount:
    """The account that a business is to be paid into next, as buyers are told of it: whose, at which bank, from when
    (none: once a family member has agreed)."""

    holder: str
    bank_name: str
    begins_at: datetime | None

    @property
    def begins_words(self) -> str:
        return f"từ {moment_words(self.begins_at)}" if self.begins_at else "khi người nhà đã đồng ý"


def coming_account(session: Session, business_id: int) -> ComingAccount | None:
    """None where no other account waits."""
    change = waiting_change(session, ChangeKind.BANK_ACCOUNT, business_id)
    if change is None:
        return None
    content = content_of(change)
    bank = BANKS.get(content.get("bin") or "")
    return ComingAccount(
        holder=content.get("holder") or "",
        bank_name=bank.short_name if bank else content.get("bin") or "",
        begins_at=None if change.lacks_consent else change.effective_at,
    )


_OF_BUSINESS = (
    select(WaitingChange)
    .where(WaitingChange.business_id == bindparam("business", type_=BigInteger()), WaitingChange.is_waiting)
    .options(joinedload(WaitingChange.asker))
    .order_by(WaitingChange.effective_at, WaitingChange.id)
    .add_columns(func.count().over().label("total"))
    .offset(bindparam("first", type_=Integer()))
    .limit(bindparam("most", type_=Integer()))
)


def changes_of_business(session: Session, business_id: int, *, page: int, size: int) -> CountedPage[WaitingChange]:
    """What waits to change for a business, the first to begin first: a page of it, the first one where there is no
    such page."""
    asked = {"business": business_id, "first": (page - 1) * size, "most": size}
    rows = session.execute(_OF_BUSINESS, asked).all()
    if page > 1 and not rows:
        return changes_of_business(session, business_id, page=1, size=size)
    at = ListPage(total=rows[0].total if rows else 0, size=size, asked=page)
    return at.with_rows([row[0] for row in rows])


def change_of_business(session: Session, business_id: int, change_id: int) -> WaitingChange:
    """A change of a business, whatever became of it; NotFound for any other."""
    change = session.get(WaitingChange, change_id)
    if change is None or change.business_id != business_id:
        raise NotFound
    return change


def changes_of_commune(
    session: Session, commune_id: int, *, first: int = 0, most: int | None = None
) -> Sequence[WaitingChange]:
    """What waits to change for the businesses of a commune, the first to begin first: from the `first` on, at most so
    many."""
    query = (
        select(WaitingChange)
        .join(WaitingChange.business)
        .where(Business.commune_id == commune_id, WaitingChange.is_waiting)
        .options(joinedload(WaitingChange.asker), joinedload(WaitingChange.business))
        .order_by(WaitingChange.effective_at, WaitingChange.id)
    )
    return session.scalars(query.offset(first).limit(most)).all()


def changes_due(session: Session, now: datetime) -> dict[int, ChangeKind]:
    """The changes whose time has come and to which nobody must agree any more, the first first."""
    query = (
        select(WaitingChange.id, WaitingChange.kind)
        .where(
            WaitingChange.is_waiting,
            WaitingChange.effective_at <= now,
            WaitingChange.family_phone.is_(None) | WaitingChange.consent_id.is_not(None),
        )
        .order_by(WaitingChange.effective_at, WaitingChange.id)
    )
    return {change_id: kind for change_id, kind in session.execute(query)}


def consents_asked_of(session: Session, person: Person) -> list[WaitingChange]:
    """The accounts in this person's name, and said to be of their phone, that a business wants to be paid into."""
    if person.phone is None:
        return []
    query = (
        select(WaitingChange)
        .join(WaitingChange.business)
        .where(
            WaitingChange.family_phone == person.phone,
            WaitingChange.consent_id.is_(None),
            WaitingChange.is_waiting,
        )
        .options(joinedload(WaitingChange.asker), joinedload(WaitingChange.business))
        .order_by(WaitingChange.id)
        .limit(MOST_ASKED)
    )
    return [one for one in session.scalars(query) if asks_person(one, person)]


def asks_person(change: WaitingChange, person: Person) -> bool:
    """Whether it is this person who must agree, or has: by phone and by the account's name."""
    is_theirs = change.family_phone is not None and change.family_phone == person.phone
    return is_theirs and person.erased_at is None and fold(content_of(change)["holder"] or "") == fold(person.name)


def consent_asked_of(session: Session, person: Person, change_id: int) -> WaitingChange:
    """One of them, answered by now or not; NotFound for any other."""
    change = session.get(WaitingChange, change_id)
    if change is None or not asks_person(change, person):
        raise NotFound
    return change


def is_watched_by_nobody(session: Session, business_id: int) -> bool:
    """Whether its one member has signed in on no device but those that officers or helpers have used: then nobody but
    them may see what waits."""
    members = members_of(session, business_id)
    if len(members) != 1:
        return not members
    visitors = visitors_of(session, [members[0].person_id])
    return visitors == staff_devices(session, visitors, members[0].person_id)
