"""What happens to a business's certificates: an officer records what was seen, and lets it end."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.base.audit import Actor
from market.base.clock import Clock
from market.base.db import Locked, locked
from market.base.errors import Refused
from market.sellers.actions.register import log_business
from market.sellers.models import Business, Certificate
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
    """Write down a certificate that the actor, an officer, has checked; returns its id. The same paper twice is one.

    Refused where it ends before it begins, NotFound for a business of another commune.
    """
    business = _locked_business(session, new.commune_id, new.business_id).row
    if new.valid_to and new.valid_to < new.valid_from:
        raise Refused("bad_dates", "Ngày hết hạn đứng trước ngày cấp. Mời xem lại hai ngày.")
    if known := _same_paper(session, new):
        return known
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
    session: Session, actor: Actor, commune_id: int, business_id: int, certificate_id: int, *, clock: Clock
) -> None:
    """Let a certificate be shown no more, from today on; nothing changes where it has ended.

    NotFound for a business of another commune or a paper of another business.
    """
    business = _locked_business(session, commune_id, business_id).row
    scope = Certificate.id == certificate_id, Certificate.business_id == business.id
    certificate = locked(session, Certificate, *scope).row
    now = clock()
    yesterday = local_day(now) - timedelta(days=1)
    if certificate.valid_to and certificate.valid_to <= yesterday:
        return
    certificate.valid_to = yesterday
    log_business(session, actor, "end_certificate", business, "certificate", now=now)


def _locked_business(session: Session, commune_id: int, business_id: int) -> Locked[Business]:
    return locked(session, Business, Business.id == business_id, Business.commune_id == commune_id)


def _same_paper(session: Session, new: NewCertificate) -> int | None:
    fields = ("business_id", "kind", "number", "issuer", "scope", "valid_from", "valid_to")
    return session.scalar(select(Certificate.id).filter_by(**{field: getattr(new, field) for field in fields}))
