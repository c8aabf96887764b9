"""What happens to a business's certificates: an officer records what was seen, and lets it end."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from market.base.audit import Actor
from market.base.errors import NotFound, Refused
from market.sellers import queries
from market.sellers.actions.register import log_business
from market.sellers.models import Certificate
from market.values.period import local_day


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCertificate:
    """A paper as an officer read it. No end is written where the paper has none: none is ever reckoned."""

    commune_id: int
    business_id: int
    kind: str
    number: str
    issuer: str
    scope: str
    valid_from: date
    valid_to: date | None


def record_certificate(session: Session, actor: Actor, new: NewCertificate, *, now: datetime) -> int:
    """Write down a certificate that the actor, an officer, has checked; gives its id."""
    business = queries.business_of(session, new.commune_id, new.business_id)
    if new.valid_to and new.valid_to < new.valid_from:
        raise Refused("Ngày hết hạn đứng trước ngày cấp. Mời xem lại hai ngày.")
    certificate = Certificate(
        business_id=new.business_id,
        kind=new.kind,
        number=new.number,
        issuer=new.issuer,
        scope=new.scope,
        valid_from=new.valid_from,
        valid_to=new.valid_to,
        checked_by=actor.person_id,
        checked_at=now,
    )
    session.add(certificate)
    session.flush()
    log_business(session, actor, "record_certificate", business, "certificate", now=now)
    return certificate.id


def end_certificate(
    session: Session, actor: Actor, commune_id: int, business_id: int, certificate_id: int, *, now: datetime
) -> None:
    """Let a certificate be shown no more, from today on."""
    business = queries.business_of(session, commune_id, business_id)
    certificate = session.get(Certificate, certificate_id)
    if certificate is None or certificate.business_id != business.id:
        raise NotFound
    yesterday = local_day(now) - timedelta(days=1)
    certificate.valid_to = min(certificate.valid_to or yesterday, yesterday)
    log_business(session, actor, "end_certificate", business, "certificate", now=now)
