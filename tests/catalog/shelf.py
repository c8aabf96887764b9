"""What the tests of listings share: signing in, a form as a phone sends it, how a listing stands now."""

from datetime import datetime
from io import BytesIO

from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from market.accounts.models import Person
from market.base import clock
from market.base.audit import Actor, Event
from market.base.db import db, transaction
from market.base.seen import seen_of
from market.catalog import pictures
from market.catalog.actions.changes import approve_change
from market.catalog.actions.moderation import SeenListing
from market.catalog.models import MoveReason, Photo, Product, StockMove, Variant
from market.catalog.queries import listing as queries
from market.catalog.queries.changes import product_draft, waiting_of
from market.catalog.queries.facts import amount_facts, edit_facts, listing_facts, variant_edit_facts, variant_facts
from market.catalog.queries.listing import Listing
from market.catalog.rules import KeptPhoto
from market.sellers.actions import SeenRequest
from market.sellers.models import Business, ChangeRequest
from market.sellers.queries import changes_waiting
from market.values.money import Dong
from market.web.office.approvals.changes import shown_changes
from tests import factories as make
from tests.cast import Cast, Seller
from tests.catalog import pictures as files


def goods_of(seller: Seller) -> str:
    return f"/ban-hang/{seller.slug}/san-pham"


def form(**changed: object) -> dict[str, object]:
    """The new listing as filled in on a phone, a picture with it."""
    filled: dict[str, object] = {"name": "Cà chua vườn nhà", "price": "20k", "unit": "kg", "client_key": "phone-1"}
    return {**filled, "camera": sent(), **changed}


def sent(content: bytes | None = None, name: str = "IMG_2026.jpg") -> FileStorage:
    """A file field's file."""
    return FileStorage(BytesIO(files.jpeg(400, 300) if content is None else content), filename=name)


def post(client: FlaskClient, address: str, fields: dict[str, object]) -> TestResponse:
    """Send a form with files, from memory: the test client would leave a large file open."""
    boundary, body = encode_multipart(fields)
    return client.post(address, data=body, content_type=f'multipart/form-data; boundary="{boundary}"')


def kept() -> KeptPhoto:
    return pictures.keep(files.jpeg(400, 300))


def show_picture(variant_id: int, now: datetime, content: bytes | None = None) -> str:
    """Put a real picture on a listing, its only one; returns its key."""
    drop_photos(variant_id)
    one = pictures.keep(content) if content else kept()
    with transaction() as session:
        variant = session.get_one(Variant, variant_id)
        size = {"width": one.width, "height": one.height, "created_at": now}
        session.add(Photo(product_id=variant.product_id, stall_id=variant.stall_id, key=one.key, **size))
    return one.key


def product_id(variant_id: int) -> int:
    with Session(db.engine) as session:
        return session.scalars(select(Variant.product_id).where(Variant.id == variant_id)).one()


def read(variant_id: int) -> tuple[Product, Variant]:
    """The product and the variant as they stand in the database now."""
    with Session(db.engine, expire_on_commit=False) as session:
        variant = session.get_one(Variant, variant_id)
        return session.get_one(Product, variant.product_id), variant


def newest(seller: Seller) -> Product:
    with Session(db.engine, expire_on_commit=False) as session:
        query = select(Product).where(Product.stall_id == seller.stall).order_by(Product.id.desc()).limit(1)
        return session.scalars(query).one()


def count_of(seller: Seller) -> int:
    with Session(db.engine) as session:
        return session.scalar(select(func.count()).where(Product.stall_id == seller.stall)) or 0


def listing(seller: Seller, product: int, now: datetime) -> Listing:
    with Session(db.engine, expire_on_commit=False) as session:
        return queries.listing_of(session, seller.stall, product, now=now)


def seen(commune_id: int, product: int) -> SeenListing:
    """A listing as an officer's page shows it now."""
    with Session(db.engine) as session:
        facts = listing_facts(session.get_one(Product, product))
    return SeenListing(commune_id=commune_id, product_id=product, seen=seen_of(facts))


def edit_seen(product: int) -> str:
    """What its seller's form shows of a listing now."""
    with Session(db.engine) as session:
        listing = session.get_one(Product, product)
        return seen_of(edit_facts(listing, product_draft(session, listing)))


def variant_edit_seen(variant: int) -> str:
    """What its seller's form shows of one of the things a listing is sold as."""
    with Session(db.engine) as session:
        one = session.get_one(Variant, variant)
        return seen_of(variant_edit_facts(one, product_draft(session, one.product)))


def price_seen(variant: int) -> str:
    """What its quick form for the price shows now."""
    return seen_of(variant_facts(read(variant)[1]))


def amount_seen(variant: int) -> str:
    """What its quick form for the amount shows now."""
    return seen_of(amount_facts(read(variant)[1]))


def sum_of_moves(variant_id: int) -> int:
    with Session(db.engine) as session:
        return int(session.scalar(select(func.sum(StockMove.delta)).where(StockMove.variant_id == variant_id)) or 0)


def last_event(product: int) -> Event:
    with Session(db.engine, expire_on_commit=False) as session:
        query = select(Event).where(Event.subject == "product", Event.subject_id == product).order_by(Event.id.desc())
        return session.scalars(query.limit(1)).one()


def change(variant_id: int, **fields: object) -> None:
    """Set fields of a product, or of its variant."""
    with transaction() as session:
        variant = session.get_one(Variant, variant_id)
        product = session.get_one(Product, variant.product_id)
        for name, value in fields.items():
            setattr(product if hasattr(product, name) else variant, name, value)


def drop_photos(variant_id: int) -> None:
    with transaction() as session:
        wanted = select(Photo).where(Photo.product_id == session.get_one(Variant, variant_id).product_id)
        for photo in session.scalars(wanted):
            session.delete(photo)


def give_mandate(cast: Cast, now: datetime) -> Actor:
    """Em Vy helps bà Lan from today on."""
    with transaction() as session:
        business = session.get_one(Business, cast.lan.business)
        helper, officer = session.get_one(Person, cast.vy), session.get_one(Person, cast.hung)
        mandate = make.make_mandate(session, business, helper, officer, now)
        return Actor(person_id=cast.vy, on_behalf_of=business.id, mandate_id=mandate.id)


def add_choice(variant_id: int, label: str = "túi 500 g", **fields: object) -> int:
    """Another thing that a variant's product is sold as: three bags at 20.000, unless said otherwise."""
    with transaction() as session:
        first = session.get_one(Variant, variant_id)
        said = {"unit": "tui", "price": Dong(20_000), "on_hand": 3000, "sku": f"{first.sku}-2", "label": label} | fields
        variant = Variant(product_id=first.product_id, stall_id=first.stall_id, **said)
        first.label = first.label or "theo kg"
        session.add(variant)
        session.flush()
        if variant.on_hand:
            session.add(
                StockMove(variant_id=variant.id, delta=variant.on_hand, reason=MoveReason.RECOUNT, at=clock.now())
            )
        return variant.id


def rename(variant_id: int, label: str) -> None:
    with transaction() as session:
        session.get_one(Variant, variant_id).label = label


def waiting(product: int) -> ChangeRequest | None:
    """What waits of a listing for the office."""
    with Session(db.engine, expire_on_commit=False) as session:
        return waiting_of(session, session.get_one(Product, product))


def change_seen(commune: int, request: int) -> SeenRequest:
    """A change as its office's page shows it now."""
    with Session(db.engine) as session:
        seen = next(one for one in shown_changes(session, commune) if one.request.id == request)
        return SeenRequest(commune_id=commune, id=request, seen=seen_of(seen.facts))


def approve_changes(cast: Cast) -> int:
    """The office looks at every change that waits, and approves; returns how many."""
    with Session(db.engine) as session:
        shown = [change_seen(cast.commune, one.id) for one in changes_waiting(session, cast.commune)]
    for one in shown:
        with transaction() as writing:
            approve_change(writing, Actor(person_id=cast.hung), one, clock=clock.now)
    return len(shown)
