"""Questions about the roll-out: in which hamlets the market is on, since when and by which paper."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from market.base.seen import Facts
from market.places.models import HamletOpening
from market.values.period import format_date


def openings_of(session: Session, commune_id: int) -> Sequence[HamletOpening]:
    """All that a commune said of where its market is on, the latest day of each hamlet first."""
    query = select(HamletOpening).where(HamletOpening.commune_id == commune_id)
    return session.scalars(query.order_by(HamletOpening.opened_on.desc(), HamletOpening.id.desc())).all()


def is_on(row: HamletOpening, day: date) -> bool:
    """Whether the market is on by this row on a day."""
    return row.opened_on <= day and (row.closed_on is None or day < row.closed_on)


def may_open_stalls(session: Session, commune_id: int, hamlet_id: int, day: date) -> bool:
    """Whether stalls may open in a hamlet on a day: the market is on there, or the commune has said of no hamlet yet
    where it is, and so sells everywhere."""
    mine, here = HamletOpening.commune_id == commune_id, HamletOpening.hamlet_id == hamlet_id
    lasts = HamletOpening.closed_on.is_(None) | (HamletOpening.closed_on > day)
    said = exists().where(mine)
    on = exists().where(mine, here, HamletOpening.opened_on <= day, lasts)
    return bool(session.scalar(select(on | ~said)))


def opening_facts(session: Session, hamlet_id: int) -> Facts:
    """What a page shows of a hamlet before the market is switched on or off there."""
    query = select(HamletOpening).where(HamletOpening.hamlet_id == hamlet_id, HamletOpening.closed_on.is_(None))
    row = session.scalar(query)
    return {"chợ số ở thôn này": f"bật từ {format_date(row.opened_on)}, {row.source}" if row else "chưa bật"}
