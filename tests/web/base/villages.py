"""Two communes that are twins: each has one thing of every kind on every list, under names of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import event
from sqlalchemy.orm import Session

from market.accounts.models import Person
from market.base.db import Base, transaction
from market.catalog.models import Category, ProductState
from market.notices.models import Notice
from market.notices.rules import News
from market.orders.models import Contact, Order, Purchase
from market.places.models import Hamlet, OldPlace, PickupPoint
from market.sellers.models import (
    Business,
    BusinessKind,
    BusinessMember,
    BusinessProposal,
    ClaimState,
    MemberRole,
    PostRole,
    Stall,
)
from market.trace.models import Lot
from market.trace.rules import LotState
from market.values.codes import new_purchase_code
from market.values.phone import Phone
from tests import factories as make
from tests.web.base.world import Things, plain_row, things_of

SHARED = "rau sạch"
"""A word of both communes' goods, stalls and businesses: what is looked for must not cross over."""
SHORTEST = 5
"""Shorter texts (units, letters, kinds) are no names."""

CATEGORY = "rau-cu"
"""The goods tree is the country's: both communes' goods stand in this node of it."""

Names = dict[tuple[str, str], set[str]]
"""The texts of a commune's rows, by table and column."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Village:
    """A commune at a host of its own, its people, its things by the routes' argument names, and its names."""

    host: str
    commune: int
    officer: int
    helper: int
    owner: int
    buyer: int
    variant: int
    things: Things
    names: Names
    guests: Names
    """What another village's people, who have parts here, are called."""

    @classmethod
    def make(cls, mark: str, letters: str, code: str, now: datetime, also: "Village | None" = None) -> "Village":
        """`also`: whose people have the same parts here as at home."""
        with transaction() as session, _noting(session) as names:
            host = f"{letters.lower()}.test"
            commune = make.make_commune(session, code=code, name=f"xã {mark}", letters=letters, host=host)
            commune.office_name = f"Phòng Kinh tế xã {mark}"
            commune.office_address, commune.office_email = f"Nhà số 1 chợ {mark}", f"{letters.lower()}@xa.test"
            commune.office_phone = Phone(f"0220 3{code}0")
            commune.welcome, commune.complaints = f"Mời bà con {mark}", f"Ông chánh {mark} nhận"
            commune.own_rules = f"Họp chợ từ sáng ở {mark}"
            hamlet = make.make_hamlet(session, commune, f"thôn {mark} Hạ")
            make.make_pickup_point(session, hamlet).keeper_name = f"Ông giữ hàng {mark}"
            session.add(OldPlace(commune_id=commune.id, hamlet_id=hamlet.id, old_name=f"làng cũ {mark}"))
            people = {
                role: make.make_person(session, commune, f"{role} {mark}", f"09{code} {number:03}", now)
                for number, role in enumerate(("Cán bộ", "Tổ viên", "Chủ hàng", "Người mua"))
            }
            officer, helper, owner, buyer = people.values()
            make.make_post(session, officer, PostRole.OFFICER, None, now)
            make.make_post(session, helper, PostRole.KEEPER, hamlet, now)
            business = make.make_business(session, hamlet, f"{SHARED} {mark}", now, BusinessKind.HOUSEHOLD_BUSINESS)
            make.make_business(session, hamlet, f"Nhà {SHARED} chưa ai nhận {mark}", now)
            stall = make.make_stall(session, business, owner, officer, now)
            variant = make.make_product(session, stall, f"{SHARED} muống {mark}", now)
            variant.product.category_id = _shared_category(session)
            make.make_product(session, stall, f"{SHARED} chờ duyệt {mark}", now, state=ProductState.PENDING)
            things = things_of(session, stall, helper, officer, now)
            _name_the_rest(session, things, stall, mark, buyer.id)
            if also is not None:
                _let_in(session, also, hamlet, stall, now)
            return cls(
                host=host,
                commune=commune.id,
                officer=officer.id,
                helper=helper.id,
                owner=owner.id,
                buyer=buyer.id,
                variant=variant.id,
                things=things
                | {"slug": stall.slug, "category": CATEGORY, "purchase_code": _purchase_of(session, things).code},
                names=names,
                guests={place: texts for place, texts in also.names.items() if place[0] == "person"} if also else {},
            )

    def foreign_to(self, other: "Village") -> dict[str, tuple[str, str]]:
        """Text -> where it stands: what no page of the other commune may show."""
        known = self.beside(other)
        guests = [text for texts in other.guests.values() for text in texts]
        return {text: place for text, place in known.items() if not any(text in guest for guest in guests)}

    def beside(self, other: "Village") -> dict[str, tuple[str, str]]:
        """Text -> where it stands: what is called so in this commune alone."""
        others = [text for texts in other.names.values() for text in texts]
        found = {text: place for place, texts in self.names.items() for text in texts if len(text) >= SHORTEST}
        return {text: place for text, place in found.items() if not any(text in known for known in others)}


def _shared_category(session: Session) -> int:
    found = session.query(Category).filter_by(slug=CATEGORY).one_or_none()
    if found is None:
        found = Category(code="rau", name="Rau, củ", slug=CATEGORY, level=3, position=1)
        session.add(found)
        session.flush()
    return found.id


def _purchase_of(session: Session, things: Things) -> Purchase:
    return session.get_one(Order, things["order_id"]).purchase


def _name_the_rest(session: Session, things: Things, stall: Stall, mark: str, buyer_id: int) -> None:
    order = session.get_one(Order, things["order_id"])
    contact = order.purchase.contact
    contact.person_id, contact.name = buyer_id, f"Người nhận {mark}"
    order.pickup_point_id = session.query(PickupPoint).filter_by(hamlet_id=stall.business.hamlet_id).first().id
    session.get_one(BusinessProposal, things["proposal_id"]).name = f"{SHARED} xin ghi sổ {mark}"
    lot = session.get_one(Lot, things["lot_id"])
    lot.state, lot.sealed_at, lot.plot = LotState.SEALED, order.placed_at, f"Thửa {mark}"


def _let_in(session: Session, village: Village, hamlet: Hamlet, stall: Stall, now: datetime) -> None:
    """The people of a village hold posts here, sell and help here, buy here, and have news of it."""
    here, business = stall.commune_id, stall.business
    officer, helper = session.get_one(Person, village.officer), session.get_one(Person, village.helper)
    make.make_post(session, officer, PostRole.OFFICER, None, now).commune_id = here
    for role in (PostRole.HELPER, PostRole.KEEPER):
        make.make_post(session, helper, role, hamlet, now).commune_id = here
    make.make_mandate(session, business, helper, officer, now)
    staff = {"role": MemberRole.STAFF, "state": ClaimState.CONFIRMED}
    plain_row(session, BusinessMember, now, business_id=business.id, person_id=village.owner, **staff)
    plain_row(session, BusinessMember, now, business_id=business.id, person_id=village.buyer)
    asked = {"hamlet_id": hamlet.id, "name": f"{SHARED} xin ghi ở {stall.name}"}
    plain_row(session, BusinessProposal, now, commune_id=here, person_id=village.owner, **asked)
    contact = plain_row(session, Contact, now, commune_id=here, person_id=village.buyer, phone=Phone("0900 000 021"))
    plain_row(session, Purchase, now, commune_id=here, code=new_purchase_code(), contact_id=contact.id)
    for person in (village.officer, village.helper, village.owner, village.buyer):
        for news in (one for one in News if one is not News.PASSWORD_RESET):
            told = {"kind": news, "sentence": f"Tin của {stall.name}"}
            plain_row(session, Notice, now, commune_id=here, person_id=person, **told)


@contextmanager
def _noting(session: Session) -> Iterator[Names]:
    """Every text of every row that is written while the block runs; of a business, which is entered in one statement
    with others, when it is read."""
    names: Names = {}

    def take(row: object) -> None:
        assert isinstance(row, Base)
        for column in row.__table__.columns:
            text = row.__dict__.get(column.key)
            if isinstance(text, str) and not isinstance(row, Category):
                names.setdefault((row.__tablename__, column.key), set()).add(str(text))

    def note(session: Session, _context: object) -> None:
        for row in [*session.new, *session.dirty]:
            take(row)

    event.listen(session, "after_flush", note)
    try:
        yield names
        session.flush()
        for row in session.identity_map.values():
            if isinstance(row, Business):
                take(row)
    finally:
        event.remove(session, "after_flush", note)
