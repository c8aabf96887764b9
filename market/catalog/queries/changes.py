"""Questions about what waits of an approved product: its new words and pictures."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from market.base.seen import UNSAID, Facts
from market.catalog.models import Photo, Product, ProposedPhoto
from market.sellers.models import ChangeRequest
from market.sellers.queries import change_waiting, request_facts


def product_texts(product: Product) -> Facts:
    """What buyers read of a product now, by field of a change."""
    labels = {f"label:{one.id}": one.label for one in product.variants}
    return {"name": product.name, "description": product.description} | labels


def waiting_of(session: Session, product: Product) -> ChangeRequest | None:
    """What waits of a product."""
    return change_waiting(session, product.stall_id, product.id)


def product_draft(session: Session, product: Product) -> Facts:
    """What its seller wrote last: what waits, else what is public."""
    waiting = waiting_of(session, product)
    return {**product_texts(product), **(waiting.fields if waiting else {})}


def proposed_photos(session: Session, request: ChangeRequest) -> Sequence[ProposedPhoto]:
    """The pictures that a change adds, in the order in which they came."""
    query = select(ProposedPhoto).where(ProposedPhoto.request_id == request.id)
    return session.scalars(query.order_by(ProposedPhoto.id)).all()


def is_picture_taken(session: Session, key: str) -> bool:
    """Whether a listing has this picture, or shall have it once an officer has looked."""
    shown = select(Photo.id).where(Photo.key == key)
    proposed = select(ProposedPhoto.id).where(ProposedPhoto.key == key)
    return session.scalar(shown) is not None or session.scalar(proposed) is not None


def product_change_facts(product: Product, request: ChangeRequest, pictures: Sequence[ProposedPhoto]) -> Facts:
    """What an officer sees of a change of a product; unsaid the keys of its pictures."""
    facts = {"món": product.name, **request_facts(product.stall.name, product_texts(product), request.fields)}
    if pictures:
        facts["ảnh thêm"] = f"{len(pictures)} ảnh{UNSAID}{' '.join(one.key for one in pictures)}"
    return facts


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductChange:
    """A product with what waits of it."""

    product: Product
    pictures: Sequence[ProposedPhoto]


def products_to_change(session: Session, requests: Sequence[ChangeRequest]) -> dict[int, ProductChange]:
    """By the id of its change: each product that one of these is of, with what shows of it."""
    wanted = {one.id: one.product_id for one in requests if one.product_id is not None}
    of_them = select(Product).where(Product.id.in_(wanted.values()))
    with_all = of_them.options(joinedload(Product.stall), selectinload(Product.variants), selectinload(Product.photos))
    products = {one.id: one for one in session.scalars(with_all)}
    added = select(ProposedPhoto).where(ProposedPhoto.request_id.in_(wanted)).order_by(ProposedPhoto.id)
    pictures = session.scalars(added).all()
    return {
        number: ProductChange(
            product=products[product_id], pictures=[one for one in pictures if one.request_id == number]
        )
        for number, product_id in wanted.items()
    }


def photos_waiting(session: Session, product: Product) -> Sequence[ProposedPhoto]:
    """The pictures of a product that an officer must still look at."""
    waiting = waiting_of(session, product)
    return proposed_photos(session, waiting) if waiting else []
