"""New words and pictures that wait for the office: of approved goods, of a stall."""

from dataclasses import replace

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from market.base.audit import Actor
from market.base.db import transaction
from market.catalog.actions import changes, listing, variants
from market.catalog.actions.listing import Choice, ListingChange
from market.catalog.models import Product, ProposedPhoto, Variant
from market.catalog.queries.changes import waiting_of
from market.notices.models import Notice
from market.sellers import actions, queries
from market.sellers.models import ChangeRequest, OldStallSlug, Stall
from market.sellers.queries.visits import points_for, visit_facts
from market.sellers.rules.visits import VisitTimes
from tests.cast import Cast
from tests.catalog import shelf
from tests.races.aggregates.goods import PRICE, Goods, photo
from tests.races.aggregates.register import Register
from tests.races.harness import Aggregate, Move, running_now, verbs_of, writing
from tests.sellers import shown
from tests.sellers.shown import SETTINGS


class Waiting(Goods):
    """An approved listing of which a name and a picture wait."""

    shown: actions.SeenRequest
    label_seen: str

    def asked(self) -> int:
        at = self.on_sale()
        self.edit(at)
        self.look(at)
        with transaction() as session:
            listed = waiting_of(session, session.get_one(Product, at))
            assert listed
            session.add(ProposedPhoto(request_id=listed.id, key=photo().key, width=4, height=3))
            request = listed.id
        self.shown, self.label_seen = shelf.change_seen(self.cast.commune, request), shelf.variant_edit_seen(self.first)
        return at

    def approve_change(self, session: Session, _at: int) -> None:
        changes.approve_change(session, self.hung, self.shown, clock=running_now)

    def refuse_change(self, session: Session, _at: int) -> None:
        changes.refuse_change(session, self.hung, self.shown, "Tên chưa rõ", clock=running_now)

    def withdraw(self, session: Session, at: int) -> None:
        changes.withdraw_change(session, self.lan, self.cast.lan.stall, at, now=running_now())

    def rewrite(self, session: Session, at: int) -> None:
        new = ListingChange(name="Cà chua ta", description="Vườn nhà", category_id=None, seen=self.edit_seen)
        listing.change_listing(session, self.lan, self.which(at), new, now=running_now())

    def name_first(self, session: Session, at: int) -> None:
        new = Choice(unit="kg", price=PRICE, pack_amount=None, pack_unit=None, label="loại một")
        which = self.which(at, self.first)
        variants.change_variant(session, self.lan, which, new, seen=self.label_seen, now=running_now())


def goods_picture(session: Session, at: int) -> object:
    product = session.get_one(Product, at)
    asked = session.scalars(select(ChangeRequest).where(ChangeRequest.product_id == at)).all()
    waiting = select(func.count(ProposedPhoto.id)).join(ChangeRequest, ChangeRequest.id == ProposedPhoto.request_id)
    labels = select(Variant.label).where(Variant.product_id == at).order_by(Variant.id)
    return (
        (product.name, product.description, product.state, len(product.photos), session.scalars(labels).all()),
        sorted((one.state, sorted(one.fields.values()), one.refusal or "") for one in asked),
        session.scalar(waiting.where(ChangeRequest.product_id == at)),
        session.scalar(select(func.count(Notice.id)).where(Notice.product_id == at)),
        sorted(verbs_of(session, "product", at)),
    )


def changes_of_goods(cast: Cast) -> Aggregate:
    goods = Waiting(cast)
    return Aggregate(
        start=goods.asked,
        moves={
            "approve": writing(goods.approve_change),
            "refuse": writing(goods.refuse_change),
            "withdraw": writing(goods.withdraw),
            "rewrite": writing(goods.rewrite),
            "name": writing(goods.name_first),
            "add photo": goods.add_photo,
            "take down": goods.take_down,
        },
        picture=goods_picture,
        tables=["stall"],
        spare={"product": "what waits of a product is asked for, answered and taken back under its stall's lock"},
    )


class Words(Register):
    """Two stalls that ask for names that look alike."""

    pages: dict[int, actions.SeenRequest]

    def asked(self) -> int:
        at = self.stalled()
        self.wanted = f"{self.name} ngon"
        self.pages = {}
        for stall in (at, self.other_stall):
            with transaction() as session:
                self.ask(session, stall, self.wanted)
            with transaction() as session:
                waiting = queries.change_waiting(session, stall)
                assert waiting
                seen = shown.seen_of(queries.stall_change_facts(waiting))
                self.pages[stall] = actions.SeenRequest(commune_id=self.cast.commune, id=waiting.id, seen=seen)
        self.stall_seen = {one: shown.stall(one) for one in (at, self.other_stall)}
        return at

    def ask(self, session: Session, stall: int, name: str) -> None:
        new = replace(SETTINGS, name=name)
        actions.change_stall(session, Actor(), stall, new, seen=self.stall_seen[stall], now=running_now())

    def approve(self, which: str) -> Move:
        def act(session: Session, at: int) -> None:
            page = self.pages[at if which == "own" else self.other_stall]
            actions.approve_stall_change(session, self.hung, page, now=running_now())

        return writing(act)

    def refuse(self, session: Session, at: int) -> None:
        actions.refuse_stall_change(session, self.hung, self.pages[at], "Tên dễ nhầm", now=running_now())

    def withdraw(self, session: Session, at: int) -> None:
        changes.withdraw_change(session, Actor(), at, None, now=running_now())

    def ask_otherwise(self, session: Session, at: int) -> None:
        self.ask(session, at, f"{self.name} giòn")

    def come_to_point(self, session: Session, at: int) -> None:
        seen = shown.seen_of(visit_facts(points_for(session, self.cast.commune, at)))
        new = {self.cast.pickup: VisitTimes(days=0b101)}
        actions.change_visits(session, Actor(), at, new, seen=seen, now=running_now())

    def picture(self, session: Session, at: int) -> object:
        stalls = [session.get_one(Stall, one) for one in (at, self.other_stall)]
        asked = session.scalars(select(ChangeRequest).where(ChangeRequest.stall_id == at)).all()
        old = session.scalar(select(func.count()).where(OldStallSlug.stall_id == at))
        told = session.scalar(select(func.count(Notice.id)).where(Notice.business_id == stalls[0].business_id))
        return (
            [one.name == self.wanted for one in stalls],
            sorted((one.state, one.fields["name"] == self.wanted, one.refusal or "") for one in asked),
            (old, told),
            sorted(verbs_of(session, "business", stalls[0].business_id)),
        )


def stalls(cast: Cast) -> Aggregate:
    words = Words(cast)
    return Aggregate(
        start=words.asked,
        moves={
            "approve": words.approve("own"),
            "approve another alike": words.approve("other"),
            "refuse": writing(words.refuse),
            "withdraw": writing(words.withdraw),
            "ask otherwise": writing(words.ask_otherwise),
            "come to a point": writing(words.come_to_point),
            "open": writing(words.open_stall),
        },
        picture=words.picture,
        tables=["commune", "stall"],
    )
