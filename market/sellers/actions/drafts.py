"""What somebody prepares while the commune looks at their papers: pictures of papers, goods not yet put up."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from market.accounts.models import Person
from market.base.audit import Actor, Change, record
from market.base.client_keys import SentForm, used_before
from market.base.db import locked
from market.base.errors import NotFound, Refused
from market.base.secrets import random_key
from market.base.seen import check_seen
from market.sellers.models import DraftedListing, PicturePurpose, PrivatePicture
from market.sellers.queries import drafts as queries
from market.sellers.rules.drafts import QUOTA, DraftQuota
from market.values.money import Dong, format_dong

DRAFTED = (
    "name",
    "description",
    "category_id",
    "unit",
    "price",
    "on_hand",
    "pack_amount",
    "pack_unit",
    "photo_key",
    "photo_width",
    "photo_height",
)
"""What a draft says of the goods."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafter:
    """Who prepares something, at which commune, and how much of it."""

    commune_id: int
    person_id: int
    actor: Actor
    quota: DraftQuota = QUOTA


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDraft:
    """Goods as their seller wrote them: as `catalog.actions.listing.NewListing`, the picture by its key and size."""

    name: str
    unit: str
    price: Dong
    photo_key: str
    photo_width: int
    photo_height: int
    photo_digest: str = ""
    client_key: str | None = None
    description: str = ""
    category_id: int | None = None
    on_hand: int | None = None
    pack_amount: int | None = None
    pack_unit: str | None = None


def reserve_private(session: Session, who: Drafter, *, now: datetime) -> str:
    """Count a picture against what a person may keep before there is a stall; returns the key to store it under.
    Refused where that is used up, NotFound where the person is gone."""
    _lock(session, who)
    if queries.count_pictures(session, who.commune_id, who.person_id) >= who.quota.pictures:
        raise Refused(
            "private_pictures", "Bạn đã gửi nhiều ảnh quá. Mời bỏ bớt ảnh không dùng, hoặc chờ xã trả lời rồi gửi tiếp."
        )
    key = random_key()
    row = {"commune_id": who.commune_id, "person_id": who.person_id, "key": key, "sent_at": now}
    session.add(PrivatePicture(purpose=PicturePurpose.GOODS, **row))
    return key


def send_paper(session: Session, who: Drafter, key: str, client_key: str | None, digest: str, *, now: datetime) -> None:
    """Let the office of the commune see a stored picture of a paper. The same form twice is one.

    Refused where nothing of the person's waits for the office or there are too many; NotFound for a picture that is not
    theirs, or is used.
    """
    _lock(session, who)
    sent = SentForm(key=client_key, content=("paper", digest), told="một ảnh giấy tờ")
    if used_before(session, f"papers:{who.person_id}", sent, now=now):
        return
    if not queries.awaits_office(session, who.commune_id, who.person_id):
        raise Refused("nothing_waits", "Bạn chưa có gì chờ xã xem. Mời nhận hộ của mình trước, rồi gửi ảnh giấy tờ.")
    if len(queries.papers_of(session, who.commune_id, who.person_id)) >= who.quota.papers:
        raise Refused(
            "too_many_papers", f"Bạn đã gửi {who.quota.papers} ảnh giấy tờ. Mời bỏ bớt một ảnh rồi gửi ảnh này."
        )
    _unused_picture(session, who, key).purpose = PicturePurpose.PAPER
    _note(session, who, "send_paper", now=now)


def remove_paper(session: Session, who: Drafter, paper_id: int, *, now: datetime) -> str | None:
    """Take a paper back; returns the key of its files, which are to be dropped then. Idempotent; NotFound for
    another's."""
    _lock(session, who)
    paper = session.get(PrivatePicture, paper_id, populate_existing=True)
    if paper is None:
        return None
    if not _is_theirs(paper, who) or paper.purpose is not PicturePurpose.PAPER:
        raise NotFound
    session.delete(paper)
    _note(session, who, "remove_paper", now=now)
    return paper.key


def draft_listing(session: Session, who: Drafter, new: NewDraft, *, now: datetime) -> None:
    """Keep goods until their seller has a stall. The same form twice is one. Refused where there are too many, NotFound
    for a picture that is not theirs, or is used."""
    _lock(session, who)
    content = (new.name, new.unit, int(new.price), new.on_hand, new.pack_amount, new.pack_unit, new.description)
    told = f"món {new.name}, giá {format_dong(new.price)}"
    sent = SentForm(key=new.client_key, content=("draft", *content, new.photo_digest), told=told)
    if used_before(session, f"drafts:{who.person_id}", sent, now=now):
        return
    if len(queries.drafts_of(session, who.commune_id, who.person_id)) >= who.quota.drafts:
        raise Refused(
            "too_many_drafts", f"Bạn đã soạn {who.quota.drafts} món. Mời bỏ bớt một món, hoặc chờ xã xác nhận."
        )
    _unused_picture(session, who, new.photo_key)
    session.add(
        DraftedListing(
            commune_id=who.commune_id,
            person_id=who.person_id,
            name=new.name,
            description=new.description,
            category_id=new.category_id,
            unit=new.unit,
            price=new.price,
            on_hand=new.on_hand,
            pack_amount=new.pack_amount,
            pack_unit=new.pack_unit,
            photo_key=new.photo_key,
            photo_width=new.photo_width,
            photo_height=new.photo_height,
            saved_at=now,
        )
    )


def change_draft(
    session: Session, who: Drafter, draft_id: int, new: NewDraft, *, seen: str, now: datetime
) -> str | None:
    """Say anew what is prepared; returns the key of a picture that it has no more, whose files are to be dropped then.
    Idempotent. ChangedSince where it is not what was seen (`draft_facts`), NotFound for another's, for what is put up
    or dropped meanwhile, and for a picture that is not theirs, or is used."""
    _lock(session, who)
    draft = session.get(DraftedListing, draft_id, populate_existing=True)
    if draft is None or not _is_theirs(draft, who):
        raise NotFound("Món soạn sẵn này không còn: đã đăng hoặc đã bỏ.")
    said = {name: getattr(new, name) for name in DRAFTED}
    if all(getattr(draft, name) == value for name, value in said.items()):
        return None
    check_seen(seen, queries.draft_facts(draft))
    dropped = None
    if new.photo_key != draft.photo_key:
        _unused_picture(session, who, new.photo_key)
        dropped = draft.photo_key
        if (picture := queries.picture_with_key(session, dropped)) is not None:
            session.delete(picture)
    for name, value in said.items():
        setattr(draft, name, value)
    draft.saved_at = now
    return dropped


def remove_draft(session: Session, who: Drafter, draft_id: int) -> str | None:
    """Drop goods that were not put up; returns the key of their picture's files, which are to be dropped then.
    Idempotent; NotFound for another's."""
    _lock(session, who)
    draft = session.get(DraftedListing, draft_id, populate_existing=True)
    if draft is None:
        return None
    if not _is_theirs(draft, who):
        raise NotFound
    take_draft(session, draft)
    return draft.photo_key


def take_draft(session: Session, draft: DraftedListing) -> None:
    """Take goods, with their picture, from what is prepared; its person must be locked."""
    picture = queries.picture_with_key(session, draft.photo_key)
    session.delete(draft)
    if picture is not None:
        session.delete(picture)
    session.flush()


def _lock(session: Session, who: Drafter) -> None:
    locked(session, Person, Person.id == who.person_id)


def _is_theirs(row: DraftedListing | PrivatePicture, who: Drafter) -> bool:
    return (row.person_id, row.commune_id) == (who.person_id, who.commune_id)


def _unused_picture(session: Session, who: Drafter, key: str) -> PrivatePicture:
    picture = queries.picture_with_key(session, key)
    if picture is None or not _is_theirs(picture, who) or queries.is_used(session, picture):
        raise NotFound
    return picture


def _note(session: Session, who: Drafter, verb: str, *, now: datetime) -> None:
    change = Change(verb=verb, subject="person", subject_id=who.person_id, commune_id=who.commune_id)
    record(session, who.actor, change, now=now)
