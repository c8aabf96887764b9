"""Questions about what somebody prepares before they have a stall; whose it is, is part of each."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import BigInteger, ColumnElement, Integer, Select, bindparam, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from market.base.errors import NotFound
from market.base.seen import UNSAID, Facts
from market.sellers.models import (
    Business,
    BusinessMember,
    BusinessProposal,
    DraftedAccount,
    DraftedListing,
    ListingLeave,
    PicturePurpose,
    PrivatePicture,
    Stall,
)
from market.sellers.rules.drafts import QUOTA
from market.values.money import format_dong
from market.values.quantity import format_quantity
from market.values.quantity import unit as unit_of

PAPERS_KEPT = timedelta(days=30)
"""After the office has answered all that waited: so long may its answer be asked about."""
UNANSWERED_KEPT = timedelta(days=180)
"""Of a claim or a proposal that the office never answers."""
UNUSED_KEPT = timedelta(days=7)
DRAFTS_KEPT = timedelta(days=180)


_DRAFTS_OF = (
    select(DraftedListing)
    .where(
        DraftedListing.commune_id == bindparam("commune", type_=BigInteger()),
        DraftedListing.person_id == bindparam("person", type_=BigInteger()),
    )
    .order_by(DraftedListing.id)
    .limit(bindparam("most", type_=Integer()))
)


def drafts_of(session: Session, commune_id: int, person_id: int) -> Sequence[DraftedListing]:
    """A person's goods that are not put up, in the order in which they were written: no more than may be."""
    return session.scalars(_DRAFTS_OF, {"commune": commune_id, "person": person_id, "most": QUOTA.drafts}).all()


def draft_of(session: Session, commune_id: int, person_id: int, draft_id: int) -> DraftedListing:
    """One of a person's goods that are not put up; NotFound for another's."""
    draft = session.get(DraftedListing, draft_id)
    if draft is None or (draft.commune_id, draft.person_id) != (commune_id, person_id):
        raise NotFound("Món soạn sẵn này không còn: đã đăng hoặc đã bỏ.")
    return draft


def draft_facts(draft: DraftedListing) -> Facts:
    """What the page that changes goods shows of them."""
    amount = "bán đến khi báo hết" if draft.on_hand is None else format_quantity(draft.on_hand, unit_of(draft.unit))
    pack = f"{draft.pack_amount} {draft.pack_unit}" if draft.pack_amount else "không"
    return {
        "tên": draft.name,
        "giá": f"{format_dong(draft.price)}/{unit_of(draft.unit).name}",
        "số còn": amount,
        "đóng gói": f"{'có' if draft.pack_amount else 'không'}{UNSAID}{pack}",
        "lời tả": draft.description,
        "nhóm hàng": f"đã chọn khác{UNSAID}{draft.category_id}",
        "ảnh": f"đã đổi ảnh{UNSAID}{draft.photo_key}",
    }


def papers_of(session: Session, commune_id: int, person_id: int) -> Sequence[PrivatePicture]:
    """The pictures of papers that a person lets the office of the commune see: no more than may be."""
    mine = PrivatePicture.commune_id == commune_id, PrivatePicture.person_id == person_id
    papers = select(PrivatePicture).where(*mine, PrivatePicture.purpose == PicturePurpose.PAPER)
    return session.scalars(papers.order_by(PrivatePicture.id).limit(QUOTA.papers)).all()


def count_pictures(session: Session, commune_id: int, person_id: int) -> int:
    mine = PrivatePicture.commune_id == commune_id, PrivatePicture.person_id == person_id
    return session.scalars(select(func.count()).select_from(PrivatePicture).where(*mine)).one()


def picture_with_key(session: Session, key: str) -> PrivatePicture | None:
    return session.scalar(select(PrivatePicture).where(PrivatePicture.key == key))


def is_used(session: Session, picture: PrivatePicture) -> bool:
    """Whether it is a paper or stands in goods that are prepared."""
    in_goods = select(DraftedListing.id).where(DraftedListing.photo_key == picture.key)
    return picture.purpose is PicturePurpose.PAPER or session.scalar(in_goods) is not None


def awaits_office(session: Session, commune_id: int, person_id: int) -> bool:
    """Whether the office must still answer a claim or a proposal of this person."""
    claims, proposals = _waiting(commune_id, person_id)
    return bool(session.scalar(select(or_(claims, proposals))))


def _waiting(
    commune_id: int | InstrumentedAttribute[int], person_id: int | InstrumentedAttribute[int]
) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    claimed = exists().where(
        BusinessMember.person_id == person_id,
        BusinessMember.is_waiting,
        BusinessMember.business_id == Business.id,
        Business.commune_id == commune_id,
    )
    proposed = exists().where(
        BusinessProposal.person_id == person_id, BusinessProposal.is_waiting, BusinessProposal.commune_id == commune_id
    )
    return claimed, proposed


def _is_old(now: datetime) -> ColumnElement[bool]:
    """Papers of whom nothing waits any more, or for too long, and what nobody used."""
    claims, proposals = _waiting(PrivatePicture.commune_id, PrivatePicture.person_id)
    is_paper = PrivatePicture.purpose == PicturePurpose.PAPER
    in_goods = exists().where(DraftedListing.photo_key == PrivatePicture.key)
    answered = is_paper & ~claims & ~proposals & (PrivatePicture.sent_at < now - PAPERS_KEPT)
    unanswered = is_paper & (PrivatePicture.sent_at < now - UNANSWERED_KEPT)
    return answered | unanswered | (~is_paper & ~in_goods & (PrivatePicture.sent_at < now - UNUSED_KEPT))


def is_old_picture(session: Session, picture_id: int, now: datetime) -> bool:
    """Whether a picture has had its time."""
    return session.scalar(select(PrivatePicture.id).where(PrivatePicture.id == picture_id, _is_old(now))) is not None


def old_pictures(session: Session, now: datetime, *, most: int) -> Sequence[int]:
    """The ids of pictures that have had their time, at most so many."""
    return session.scalars(select(PrivatePicture.id).where(_is_old(now)).order_by(PrivatePicture.id).limit(most)).all()


def is_old_draft(draft: DraftedListing, now: datetime) -> bool:
    return draft.saved_at < now - DRAFTS_KEPT


def old_drafts(session: Session, now: datetime, *, most: int) -> Sequence[int]:
    """The ids of goods that were prepared long ago and never put up, at most so many."""
    old = select(DraftedListing.id).where(DraftedListing.saved_at < now - DRAFTS_KEPT)
    return session.scalars(old.order_by(DraftedListing.id).limit(most)).all()


# --- an account, and leave to put goods up ----------------------------------------------------------------------------


def drafted_account(session: Session, commune_id: int, person_id: int) -> DraftedAccount | None:
    """The account that a person wrote down for their stall to come."""
    mine = DraftedAccount.commune_id == commune_id, DraftedAccount.person_id == person_id
    return session.scalar(select(DraftedAccount).where(*mine))


def listing_leave(session: Session, commune_id: int, person_id: int) -> ListingLeave | None:
    """A person's leave that what they prepared is put up by itself."""
    mine = ListingLeave.commune_id == commune_id, ListingLeave.person_id == person_id
    return session.scalar(select(ListingLeave).where(*mine))


def stall_opened_since(session: Session, leave: ListingLeave) -> int | None:
    """The id of the stall that an officer's answer after the leave has opened to its giver; None while there is
    none."""
    return session.scalar(_opened().where(ListingLeave.id == leave.id).limit(1))


def leaves_due(session: Session, *, most: int) -> Sequence[int]:
    """The ids of leaves whose giver has a stall now, at most so many."""
    return session.scalars(_opened().with_only_columns(ListingLeave.id).distinct().limit(most)).all()


def _opened() -> Select[int]:
    return (
        select(Stall.id)
        .join(BusinessMember, BusinessMember.business_id == Stall.business_id)
        .join(ListingLeave, ListingLeave.person_id == BusinessMember.person_id)
        .where(
            Stall.commune_id == ListingLeave.commune_id,
            BusinessMember.is_confirmed,
            BusinessMember.decided_at >= ListingLeave.given_at,
        )
    )
