"""The pictures of a stall: sent, taken by a listing, taken off it, given up, dropped with goods taken down."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.base.audit import Actor
from market.base.db import transaction
from market.catalog.actions import photos
from market.catalog.actions.uploads import UNUSED_FOR, UploadQuota, forget_unless_taken, reserve_upload
from market.catalog.models import Photo, Product, StoredPicture
from market.catalog.queries.pictures import count_stored
from market.catalog.rules import KeptPhoto
from tests.cast import Cast
from tests.races.aggregates.goods import Goods
from tests.races.harness import Aggregate, Move, running_now, verbs_of, writing

MANY = 10_000
LONG_AGO = UNUSED_FOR + timedelta(days=1)


def overdue() -> datetime:
    return running_now() - LONG_AGO


def stored_pictures(cast: Cast) -> Aggregate:
    """Goods that were taken down, with two pictures; a third was sent long ago, and there is room for a fourth."""
    goods = Goods(cast)
    sent: dict[int, KeptPhoto] = {}
    room: dict[int, UploadQuota] = {}

    def taken_down() -> int:
        at = goods.listed()
        goods.approve(at)
        goods.take_down(at)
        with transaction() as session:
            key = reserve_upload(session, cast.lan.stall, UploadQuota(kept=MANY, a_day=MANY), clock=overdue)
            room[at] = UploadQuota(kept=count_stored(session, cast.lan.stall) + 1, a_day=MANY)
        sent[at] = KeptPhoto(key=key, width=400, height=300)
        return at

    def send(session: Session, at: int) -> object:
        return reserve_upload(session, cast.lan.stall, room[at], clock=running_now)

    def take(session: Session, at: int) -> object:
        return photos.add_photo(session, Actor(person_id=cast.lan.person), goods.which(at), sent[at], clock=running_now)

    def give_up(session: Session, at: int) -> object:
        return forget_unless_taken(session, sent[at].key, clock=running_now)

    def drop(session: Session, at: int) -> object:
        decided_at = session.scalars(select(Product.decided_at).where(Product.id == at)).one()
        assert decided_at is not None
        return photos.drop_pictures(session, at, decided_at, clock=running_now)

    moves: dict[str, Move] = {
        "send": writing(send),
        "take": writing(take),
        "give up": writing(give_up),
        "drop": writing(drop),
        "edit": goods.edit,
        "remove photo": goods.remove_photo,
    }

    def picture(session: Session, at: int) -> object:
        kept = session.scalars(select(StoredPicture).where(StoredPicture.stall_id == cast.lan.stall)).all()
        shown = session.scalars(select(Photo.key).where(Photo.product_id == at)).all()
        ends = sorted((one.key in shown, one.key == sent[at].key, one.forgotten_at is not None) for one in kept)
        return ends, session.get_one(Product, at).state, verbs_of(session, "product", at)

    return Aggregate(start=taken_down, moves=moves, picture=picture, tables=["stall", "product", "stored_picture"])
