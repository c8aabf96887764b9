"""What somebody prepares before there is a stall: written, changed, dropped, put up, where there is room for one
more; the account beside it, and their leave to have it put up."""

from collections.abc import Callable

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from market.base.audit import Actor
from market.base.db import transaction
from market.base.seen import seen_of
from market.catalog.actions.drafts import end_leave, forget_draft, forget_private, list_by_leave, list_drafts
from market.catalog.models import Product
from market.sellers.actions import OwnPassword, account_drafts
from market.sellers.actions import drafts as actions
from market.sellers.actions.account_drafts import AccountDraft
from market.sellers.actions.drafts import Drafter, NewDraft
from market.sellers.models import (
    BusinessMember,
    ClaimState,
    DraftedAccount,
    DraftedListing,
    ListingLeave,
    PicturePurpose,
    PrivatePicture,
)
from market.sellers.queries.drafts import DRAFTS_KEPT, draft_facts
from market.sellers.rules.drafts import DraftQuota
from market.values.money import Dong
from tests import factories as make
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
    words: dict[int, OwnPassword] = {}
    moves: dict[str, Move] = {
        "reserve": writing(lambda session, _at: bool(actions.reserve_private(session, who, now=running_now()))),
        "draft": _draft(who, "moi-1"),
        "draft another": _draft(who, "moi-2"),
        "send paper": writing(
            lambda session, _at: actions.send_paper(session, who, "giay", "a", "", now=running_now())
        ),
        "take paper back": _to_picture("da-gui", lambda session, at: actions.remove_paper(session, who, at, now=OLD)),
        "say anew": _say_anew(who),
        "draft account": _draft_account(who, words, "0900000013"),
        "draft another account": _draft_account(who, words, "0900000014"),
        "drop account": writing(
            lambda session, _at: account_drafts.drop_account(session, who.commune_id, who.person_id)
        ),
        "give leave": _leave(who, is_given=True),
        "take leave back": _leave(who, is_given=False),
        "put up by leave": _to_leave(lambda session, at: len(list_by_leave(session, at, now=running_now()))),
        "end leave": _to_leave(lambda session, at: end_leave(session, at, "Gian đã đủ hàng.", now=running_now())),
        "drop": writing(lambda session, at: actions.remove_draft(session, who, at)),
        "put up": writing(lambda session, _at: list_drafts(session, who.actor, cast.lan.stall, now=running_now())),
        "forget draft": writing(lambda session, at: forget_draft(session, at, now=running_now())),
        "forget picture": _to_picture("moi-1", lambda session, at: forget_private(session, at, now=running_now())),
    }
    return Aggregate(start=lambda: _start(cast, words), moves=moves, picture=_picture_of(cast), tables=["person"])


def _start(cast: Cast, words: dict[int, OwnPassword]) -> int:
    place = {"commune_id": cast.commune, "person_id": cast.lan.person}
    with transaction() as session:
        session.add_all(PrivatePicture(key=key, purpose=of, sent_at=OLD, **place) for key, of in KEYS.items())
        session.add(BusinessMember(business_id=cast.theu, person_id=cast.lan.person, claimed_at=OLD))
        said = {"name": "Món cũ", "unit": "kg", "price": Dong(1000), "photo_key": "cu", "saved_at": OLD}
        old = DraftedListing(photo_width=8, photo_height=6, **said, **place)
        session.add(old)
        session.flush()
        words[old.id] = make.own_word(session, cast.lan.person, running_now())
        _member_since(session, cast)
        session.add(ListingLeave(given_at=OLD, **place))
        return old.id


def _member_since(session: Session, cast: Cast) -> None:
    """That an officer answered bà Lan after she gave her leave."""
    mine = BusinessMember.person_id == cast.lan.person, BusinessMember.state == ClaimState.CONFIRMED
    session.scalars(select(BusinessMember).where(*mine)).one().decided_at = OPENING


def _say_anew(who: Drafter) -> Move:
    """As its page showed it to whom it is to be said anew."""
    new = NewDraft(name="Món mới", unit="kg", price=Dong(3000), photo_key="cu", photo_width=8, photo_height=6)

    def move(session: Session, at: int) -> object:
        draft = session.get(DraftedListing, at)
        seen = seen_of(draft_facts(draft)) if draft else ""
        return actions.change_draft(session, who, at, new, seen=seen, now=running_now())

    return writing(move)


def _draft_account(who: Drafter, words: dict[int, OwnPassword], number: str) -> Move:
    new = AccountDraft(bin="970422", number=number, holder="NGUYEN THI LAN", is_family=False, family_phone=None)
    return writing(lambda session, at: account_drafts.draft_account(session, who, new, words[at], now=running_now()))


def _leave(who: Drafter, *, is_given: bool) -> Move:
    return writing(lambda session, _at: account_drafts.set_leave(session, who, is_given=is_given, now=running_now()))


def _to_leave(act: Callable[[Session, int], object]) -> Move:
    """What is done to the leave there is, if there is one."""
    return writing(lambda session, _at: act(session, session.scalar(select(ListingLeave.id)) or 0))


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
        beside = [session.scalar(select(func.count()).select_from(one)) for one in (DraftedAccount, ListingLeave)]
        return sorted(session.scalars(names)), counted, sorted(session.scalars(goods)), beside

    return picture
