"""An office chooses the goods that shall stand for the commune, and notes their brand and the mark that protects it."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.base.audit import Actor
from market.base.clock import Clock
from market.base.db import Locked, locked
from market.base.errors import NotFound, Refused
from market.catalog.models import Product
from market.outreach.actions.logging import log
from market.outreach.models import SignatureProduct
from market.outreach.queries.signature import is_trademark
from market.sellers.models import Certificate
from market.values.period import local_day


def choose_signature(session: Session, actor: Actor, commune_id: int, product_id: int, *, clock: Clock) -> int:
    """Let a listing stand for the commune; returns the row's id, the known one where it does already. NotFound for
    another commune's listing."""
    locked(session, Product, Product.id == product_id, Product.commune_id == commune_id, missing=NO_LISTING)
    now = clock()
    same = SignatureProduct.commune_id == commune_id, SignatureProduct.product_id == product_id
    known = session.scalar(select(SignatureProduct.id).where(*same))
    if known is not None:
        return known
    chosen = SignatureProduct(commune_id=commune_id, product_id=product_id, chosen_by=actor.person_id, chosen_at=now)
    session.add(chosen)
    session.flush()
    log(session, actor, "choose_signature", ("signature_product", chosen.id), commune_id=commune_id, now=now)
    return chosen.id


NO_LISTING = "Không có món hàng nào mang số này ở chợ xã."


@dataclass(frozen=True, slots=True, kw_only=True)
class BrandSeen:
    """A brand as an officer saw it: its name, since when, and the proof."""

    commune_id: int
    signature_id: int
    brand: str
    brand_on: date
    proof: str


def note_brand(session: Session, actor: Actor, seen: BrandSeen, *, clock: Clock) -> None:
    """Write a signature product's brand down, in the place of what was written before. Refused for a day to come,
    NotFound for another commune's."""
    chosen = _locked_signature(session, seen.commune_id, seen.signature_id).row
    now = clock()
    if seen.brand_on > local_day(now):
        raise Refused("bad_day", "Ngày này chưa tới. Mời ghi khi đã có thương hiệu.")
    chosen.brand, chosen.brand_on, chosen.brand_proof = seen.brand, seen.brand_on, seen.proof
    log(session, actor, "note_brand", ("signature_product", chosen.id), commune_id=seen.commune_id, now=now)


def note_trademark(
    session: Session, actor: Actor, commune_id: int, signature_id: int, certificate_id: int, *, clock: Clock
) -> None:
    """Say which certificate protects its mark. NotFound for one that protects none, or a business's of another
    commune."""
    chosen = _locked_signature(session, commune_id, signature_id).row
    now = clock()
    paper = session.get(Certificate, certificate_id)
    if paper is None or not is_trademark(session, commune_id, paper):
        raise NotFound
    chosen.trademark_id = paper.id
    log(session, actor, "note_trademark", ("signature_product", chosen.id), commune_id=commune_id, now=now)


def _locked_signature(session: Session, commune_id: int, signature_id: int) -> Locked[SignatureProduct]:
    scope = SignatureProduct.id == signature_id, SignatureProduct.commune_id == commune_id
    return locked(session, SignatureProduct, *scope)
