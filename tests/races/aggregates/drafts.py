"""What somebody prepares before there is a stall: written, dropped, put up, where there is room for one more."""

from collections.abc import Callable

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from market.base.audit import Actor
from market.base.db import transaction
from market.catalog.actions.drafts import forget_draft, forget_private, list_drafts
from market.catalog.models import Product
from market.sellers.actions import drafts as actions
from market.sellers.actions.drafts import Drafter, DraftQuota, NewDraft
from market.sellers.models import BusinessMember, DraftedListing, PicturePurpose, PrivatePicture
from market.sellers.queries.drafts import DRAFTS_KEPT
from market.values.money import Dong
from tests.cast import Cast
from tests.races.harness import Aggregate, Move, running_now, writing
from tests.services.databases import OPENING

OLD = OPENING - DRAFTS_KEPT * 2
QUOTA = DraftQuota(pictures=6, papers=2, drafts=2)
KEYS = {"cu": PicturePurpose.GOODS, "da-gui": PicturePurpose.PAPER} | dict.fromkeys(
    ("moi-1", "moi-2", "giay"), PicturePurpose.GOODS
)
"""The picture of an old draft, a paper that was sent, and three that are old and not used yet."""


def drafts(cast: Cast) -> Aggregate:
    """One old draft, and room for one more of each; bà Lan also claims another business, so that the office has papers
    to look at. `at` is the old draft."""
    who = Drafter(
        commune_id=cast.commune, person_id=cast.lan.person, actor=Actor(person_id=cast.lan.person), quota=QUOTA
    )
    moves: dict[str, Move] = {
        "reserve": writing(lambda session, _at: bool(actions.reserve_private(session, who, now=running_now()))),
        "draft": _draft(who, "moi-1"),
        "draft another": _draft(who, "moi-2"),
        "send paper": writing(
            lambda session, _at: actions.send_paper(session, who, "giay", "a", "", now=running_now())
        ),
        "take paper back": _to_picture("da-gui", lambda session, at: actions.remove_paper(session, who, at, now=OLD)),
        "drop": writing(lambda session, at: actions.remove_draft(session, who, at)),
        "put up": writing(lambda session, _at: list_drafts(session, who.actor, cast.lan.stall, now=running_now())),
        "forget draft": writing(lambda session, at: forget_draft(session, at, now=running_now())),
        "forget picture": _to_picture("moi-1", lambda session, at: forget_private(session, at, now=running_now())),
    }
    return Aggregate(start=lambda: _start(cast), moves=moves, picture=_picture_of(cast), tables=["person"])


def _start(cast: Cast) -> int:
    place = {"commune_id": cast.commune, "person_id": cast.lan.person}
    with transaction() as session:
        session.add_all(PrivatePicture(key=key, purpose=of, sent_at=OLD, **place) for key, of in KEYS.items())
        session.add(BusinessMember(business_id=cast.theu, person_id=cast.lan.person, claimed_at=OLD))
        said = {"name": "Món cũ", "unit": "kg", "price": Dong(1000), "photo_key": "cu", "saved_at": OLD}
        old = DraftedListing(photo_width=8, photo_height=6, **said, **place)
        session.add(old)
        session.flush()
        return old.id


def _draft(who: Drafter, key: str) -> Move:
    said = {"name": key, "unit": "kg", "price": Dong(2000), "photo_key": key, "client_key": key}
    new = NewDraft(photo_width=8, photo_height=6, **said)
    return writing(lambda session, _at: actions.draft_listing(session, who, new, now=running_now()))


def _to_picture(key: str, act: Callable[[Session, int], object]) -> Move:
    """What is done to the picture with this key."""

    def move(session: Session, _at: int) -> object:
        found = session.scalar(select(PrivatePicture.id).where(PrivatePicture.key == key))
        return act(session, found or 0)

    return writing(move)


def _picture_of(cast: Cast) -> Callable[[Session, int], object]:
    names = select(DraftedListing.name).where(DraftedListing.person_id == cast.lan.person)
    purpose = PrivatePicture.purpose
    kinds = select(purpose, func.count()).group_by(purpose).order_by(purpose)
    goods = select(Product.name).where(Product.stall_id == cast.lan.stall)

    def picture(session: Session, _at: int) -> object:
        counted = [tuple(row) for row in session.execute(kinds)]
        return sorted(session.scalars(names)), counted, sorted(session.scalars(goods))

    return picture
