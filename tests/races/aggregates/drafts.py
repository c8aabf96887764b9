"""What somebody prepares before there is a stall: written, dropped, put up, where there is room for one more."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from market.base.audit import Actor
from market.base.db import transaction
from market.catalog.actions.drafts import forget_draft, forget_private, list_drafts
from market.catalog.models import Product
from market.sellers.actions import drafts as actions
from market.sellers.actions.drafts import Drafter, NewDraft
from market.sellers.models import BusinessMember, DraftedListing, PicturePurpose, PrivatePicture
from market.sellers.queries.drafts import DRAFTS_KEPT
from market.values.money import Dong
from tests.cast import Cast
from tests.races.harness import Aggregate, Move, running_now, writing
from tests.services.databases import OPENING

OLD = OPENING - DRAFTS_KEPT * 2


def drafts(cast: Cast) -> Aggregate:
    """One old draft, one old unused picture, and room for one draft, one paper and one picture more; bà Lan also
    claims another business, so that the office has papers to look at. `at` is the old draft."""
    who = Drafter(commune_id=cast.commune, person_id=cast.lan.person, actor=Actor(person_id=cast.lan.person))
    spare = ["moi-1", "moi-2", "giay-1", "giay-2"]

    def start() -> int:
        with transaction() as session:
            place = {"commune_id": cast.commune, "person_id": cast.lan.person}
            for number in range(actions.MOST_DRAFTS - 1):
                key = f"cu-{number}"
                session.add(PrivatePicture(purpose=PicturePurpose.GOODS, key=key, sent_at=OLD, **place))
                session.add(
                    DraftedListing(
                        name=f"Món {number}",
                        unit="kg",
                        price=Dong(1000),
                        photo_key=key,
                        photo_width=8,
                        photo_height=6,
                        saved_at=OLD if number == 0 else running_now(),
                        **place,
                    )
                )
            papers = [f"da-gui-{number}" for number in range(actions.MOST_PAPERS - 1)]
            for key in papers:
                session.add(PrivatePicture(purpose=PicturePurpose.PAPER, key=key, sent_at=running_now(), **place))
            left = actions.MOST_PICTURES - 1 - (actions.MOST_DRAFTS - 1) - len(papers) - len(spare) - 1
            for key in [*spare, "thua", *(f"khac-{number}" for number in range(left))]:
                session.add(PrivatePicture(purpose=PicturePurpose.GOODS, key=key, sent_at=OLD, **place))
            session.add(BusinessMember(business_id=cast.theu, person_id=cast.lan.person, claimed_at=running_now()))
            session.flush()
            return session.scalars(select(DraftedListing.id).where(DraftedListing.photo_key == "cu-0")).one()

    def draft(key: str) -> Move:
        def act(session: Session, _at: int) -> object:
            new = NewDraft(
                name=key, unit="kg", price=Dong(2000), photo_key=key, photo_width=8, photo_height=6, client_key=key
            )
            return actions.draft_listing(session, who, new, now=running_now())

        return writing(act)

    def paper(key: str) -> Move:
        return writing(lambda session, _at: actions.send_paper(session, who, key, key, key, now=running_now()))

    def take_back(session: Session, _at: int) -> object:
        found = select(PrivatePicture.id).where(PrivatePicture.key == "da-gui-0")
        return actions.remove_paper(session, who, session.scalar(found) or 0, now=running_now())

    def forget(session: Session, _at: int) -> object:
        found = select(PrivatePicture.id).where(PrivatePicture.key == "moi-1")
        return forget_private(session, session.scalar(found) or 0, now=running_now())

    moves: dict[str, Move] = {
        "reserve": writing(lambda session, _at: bool(actions.reserve_private(session, who, now=running_now()))),
        "draft": draft("moi-1"),
        "draft another": draft("moi-2"),
        "send paper": paper("giay-1"),
        "send another": paper("giay-2"),
        "take paper back": writing(take_back),
        "drop": writing(lambda session, at: actions.remove_draft(session, who, at)),
        "put up": writing(lambda session, _at: list_drafts(session, who.actor, cast.lan.stall, now=running_now())),
        "forget draft": writing(lambda session, at: forget_draft(session, at, now=running_now())),
        "forget picture": writing(forget),
    }

    def picture(session: Session, _at: int) -> object:
        mine = DraftedListing.person_id == cast.lan.person
        left = session.scalars(select(DraftedListing.name).where(mine).order_by(DraftedListing.name)).all()
        kinds = session.execute(
            select(PrivatePicture.purpose, func.count())
            .group_by(PrivatePicture.purpose)
            .order_by(PrivatePicture.purpose)
        ).all()
        put_up = session.scalars(select(Product.name).where(Product.stall_id == cast.lan.stall).order_by(Product.name))
        return left, [tuple(row) for row in kinds], put_up.all()

    return Aggregate(start=start, moves=moves, picture=picture, tables=["person"])
