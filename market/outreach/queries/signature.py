"""The goods that stand for a commune, each with those of the four proofs that it has."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import BigInteger, bindparam, or_, select
from sqlalchemy.orm import Session, joinedload

from market.adoption.queries.evidence import ENTRY, IS_GOOD, sales
from market.base.conditions import is_among
from market.base.errors import NotFound
from market.base.row_query import RowQuery
from market.catalog.models import Product, Variant
from market.orders.models import LINE_STANDS, Order, OrderLine
from market.outreach.models import SignatureProduct
from market.outreach.rules.signature import ShownProof, SignatureProof, SignatureStanding
from market.sellers.models import Business, Certificate
from market.sellers.queries.register import is_paper_in_force
from market.trace.queries import live_stamp
from market.values.period import format_date, local_day

TRADEMARKS = ("Nhãn hiệu", "Chỉ dẫn địa lý")
"""How the kinds of certificates begin that protect a mark."""
A_PAGE = 20
LOOKED_AT = 30
"""So many of a product's newest sales are looked at for one that counts."""


def is_trademark(session: Session, commune_id: int, paper: Certificate) -> bool:
    """Whether a paper of one of a commune's businesses protects a mark, as an officer has seen."""
    of = session.get(Business, paper.business_id)
    return bool(
        of and of.commune_id == commune_id and paper.kind.startswith(TRADEMARKS) and paper.checked_at is not None
    )


def trademark_papers(session: Session, commune_id: int, today: date) -> Sequence[tuple[int, str]]:
    """The papers in force that protect a mark, by id, as a form offers them: a hundred at most."""
    query = (
        select(Certificate.id, Certificate.kind, Certificate.number, Business.name)
        .join(Business, Business.id == Certificate.business_id)
        .where(
            Business.commune_id == commune_id,
            is_paper_in_force(today),
            or_(*(Certificate.kind.startswith(one) for one in TRADEMARKS)),
        )
        .order_by(Certificate.id.desc())
        .limit(100)
    )
    return [(key, f"{kind} số {number} ({name})") for key, kind, number, name in session.execute(query)]


def signature_of(session: Session, commune_id: int, signature_id: int) -> SignatureProduct:
    """NotFound for another commune's."""
    chosen = session.get(SignatureProduct, signature_id)
    if chosen is None or chosen.commune_id != commune_id:
        raise NotFound
    return chosen


def signatures_page(
    session: Session, commune_id: int, *, known_at: datetime, first: int = 0, most: int = A_PAGE
) -> list[SignatureStanding]:
    """A page of a commune's signature products, the first chosen first."""
    query = select(SignatureProduct).where(SignatureProduct.commune_id == commune_id)
    chosen = session.scalars(query.order_by(SignatureProduct.id).offset(first).limit(most)).all()
    return [standing_of(session, one, known_at=known_at) for one in chosen]


def standing_of(session: Session, chosen: SignatureProduct, *, known_at: datetime) -> SignatureStanding:
    """One of them with those of the four proofs that hold at a moment."""
    product = session.get_one(Product, chosen.product_id, options=[joinedload(Product.stall)])
    found: dict[SignatureProof, ShownProof | None] = {
        SignatureProof.BRAND: _brand(chosen),
        SignatureProof.TRADEMARK: _trademark(session, chosen, local_day(known_at)),
        SignatureProof.STAMP: _live_stamp(session, product.id, known_at),
        SignatureProof.SALE: _counted_sale(session, chosen.commune_id, product.id, known_at),
    }
    return SignatureStanding(
        signature_id=chosen.id,
        name=product.name,
        slug=product.slug,
        product_id=product.id,
        business_id=product.stall.business_id,
        proofs={key: proof for key, proof in found.items() if proof is not None},
    )


def _brand(chosen: SignatureProduct) -> ShownProof | None:
    if chosen.brand is None or chosen.brand_on is None:
        return None
    return ShownProof(since=chosen.brand_on, words=f"{chosen.brand}: {chosen.brand_proof}", ref=chosen.brand)


def _trademark(session: Session, chosen: SignatureProduct, today: date) -> ShownProof | None:
    """Of a paper that has ended, or was let go, there is no proof any more."""
    if chosen.trademark_id is None:
        return None
    query = select(Certificate).where(Certificate.id == chosen.trademark_id, is_paper_in_force(today))
    paper = session.scalar(query)
    if paper is None:
        return None
    words = f"{paper.kind} số {paper.number}, {paper.issuer}, ngày {format_date(paper.valid_from)}"
    return ShownProof(since=paper.valid_from, words=words, ref=str(paper.business_id))


def _live_stamp(session: Session, product_id: int, known_at: datetime) -> ShownProof | None:
    """Who scans it reads where the goods come from."""
    found = live_stamp(session, product_id, now=known_at)
    if found is None:
        return None
    words = f"tem {found.code} của lô {found.lot}"
    return ShownProof(since=local_day(found.activated_at), words=words, ref=found.code)


_NEWEST_ORDERS = RowQuery(
    select(OrderLine.order_id)
    .where(
        OrderLine.variant_id.in_(
            select(Variant.id).where(Variant.product_id == bindparam("product_id", type_=BigInteger()))
        ),
        LINE_STANDS,
    )
    .order_by(OrderLine.id.desc())
    .limit(LOOKED_AT)
)
"""Those with the newest lines of a product that stand."""


_COUNTED = RowQuery(
    sales(Order.code, Order.completed_on)
    .join(Order, Order.id == ENTRY.order_id)
    .where(is_among(ENTRY.order_id, "ids"), ENTRY.commune_id == bindparam("commune_id", type_=BigInteger()))
    .where(IS_GOOD)
    .order_by(Order.completed_on.desc(), Order.id.desc())
    .limit(1)
)


def _counted_sale(session: Session, commune_id: int, product_id: int, known_at: datetime) -> ShownProof | None:
    """The newest of a product's last sales that counts by the KPI's own evidence; what the seller alone says is
    none."""
    newest = _NEWEST_ORDERS.rows(session.connection(), {"product_id": product_id})
    given = {
        "commune_id": commune_id,
        "ids": [order_id for (order_id,) in newest],
        "known_at": known_at,
        "late_from": local_day(known_at),
    }
    for code, completed_on in _COUNTED.rows(session.connection(), given):
        return ShownProof(since=completed_on, words=f"đơn {code}", ref=code)
    return None
