"""All communes of a province side by side: what was kept of each last, and of the whole, without one person's data."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from market.communes.models import CommuneFigure
from market.places.models import Commune


@dataclass(frozen=True, slots=True, kw_only=True)
class CommuneLine:
    """A commune with the figures that were kept of it last; None where none were yet."""

    code: str
    name: str
    figure: CommuneFigure | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """Of all communes of the province: how many, of how many there are figures, their sums, the oldest day among
    them."""

    communes: int
    told: int
    base: int
    counted: int
    hamlets: int
    hamlets_on: int
    hamlets_active: int
    oldest: date | None


SUMS = ("base", "counted", "hamlets", "hamlets_on", "hamlets_active")


def _newest() -> ColumnElement[bool]:
    """What was kept last of each commune: its day by the unique key, asked once for each commune."""
    last = (
        select(func.max(CommuneFigure.as_of))
        .where(CommuneFigure.commune_id == Commune.id)
        .correlate(Commune)
        .scalar_subquery()
    )
    return and_(CommuneFigure.commune_id == Commune.id, CommuneFigure.as_of == last)


def communes_of(session: Session, provinces: Collection[str], *, first: int, most: int) -> Sequence[CommuneLine]:
    """The communes of these provinces by name, from the `first` on, at most so many, in one statement."""
    query = (
        select(Commune.code, Commune.name, CommuneFigure)
        .outerjoin(CommuneFigure, _newest())
        .where(Commune.province_code.in_(provinces))
        .order_by(Commune.name, Commune.id)
    )
    rows = session.execute(query.offset(first).limit(most))
    return [CommuneLine(code=code, name=name, figure=figure) for code, name, figure in rows]


def totals_of(session: Session, provinces: Collection[str]) -> Totals:
    """The sums over all of them, in one statement."""
    sums = (func.coalesce(func.sum(getattr(CommuneFigure, name)), 0).label(name) for name in SUMS)
    query = (
        select(
            func.count(Commune.id).label("communes"),
            func.count(CommuneFigure.id).label("told"),
            func.min(CommuneFigure.as_of).label("oldest"),
            *sums,
        )
        .select_from(Commune)
        .outerjoin(CommuneFigure, _newest())
        .where(Commune.province_code.in_(provinces))
    )
    row = session.execute(query).mappings().one()
    return Totals(
        communes=row["communes"],
        told=row["told"],
        oldest=row["oldest"],
        base=int(row["base"]),
        counted=int(row["counted"]),
        hamlets=int(row["hamlets"]),
        hamlets_on=int(row["hamlets_on"]),
        hamlets_active=int(row["hamlets_active"]),
    )
