"""What stalls ask for bringing goods to the hamlets of their commune."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import cast as as_type

from sqlalchemy import ColumnElement, Text, cast, func, literal_column, select
from sqlalchemy.orm import Session, aliased

from market.base.seen import Facts
from market.places.models import Hamlet
from market.sellers.models import HamletFee, Stall
from market.values.money import Dong, format_dong

NOT_THERE = "không giao"
AS_ALL = "như phí chung"
_BETWEEN, _AFTER = "\x1f", "\x1e"
"""Between the parts of a row, and after each: no name holds them."""


def _sql(text: str) -> ColumnElement[str]:
    return literal_column(f"'{text}'", Text())


HOUSE_FEE_ROWS = (
    select(
        func.aggregate_strings(
            cast(HamletFee.hamlet_id, Text)
            .concat(_sql(_BETWEEN))
            .concat(func.coalesce(cast(HamletFee.fee, Text), _sql(""))),
            as_type(str, _sql(_AFTER)),
        )
    )
    .where(HamletFee.stall_id == Stall.id)
    .correlate(Stall)
    .scalar_subquery()
)
"""The hamlets for which a stall asks something of its own, as one text, for `read_house_fees`: a column of a statement
that asks for more, so that no page and no check-out takes another one for it."""


def read_house_fees(rows: str | None) -> dict[int, Dong | None]:
    """What `HOUSE_FEE_ROWS` brought, by the hamlets' ids; None: nothing is brought there."""
    pairs = (row.split(_BETWEEN) for row in rows.split(_AFTER)) if rows else ()
    return {int(hamlet_id): Dong(int(fee)) if fee else None for hamlet_id, fee in pairs}


_ALL = aliased(Hamlet)
HAMLET_ROWS = (
    select(
        func.aggregate_strings(
            _ALL.sort_key.concat(_sql(_BETWEEN)).concat(cast(_ALL.id, Text)).concat(_sql(_BETWEEN)).concat(_ALL.name),
            as_type(str, _sql(_AFTER)),
        )
    )
    .where(_ALL.commune_id == Stall.commune_id, _ALL.is_active)
    .correlate(Stall)
    .scalar_subquery()
)
"""The active hamlets of a stall's commune as one text, for `read_hamlets`: a column, as `HOUSE_FEE_ROWS`."""


@lru_cache(maxsize=256)
def read_hamlets(rows: str | None) -> Mapping[int, str]:
    """What `HAMLET_ROWS` brought: the names by id, in Vietnamese order. Read once for all goods of a commune."""
    found = sorted(row.split(_BETWEEN) for row in rows.split(_AFTER)) if rows else []
    return MappingProxyType({int(hamlet_id): name for _, hamlet_id, name in found})


@dataclass(frozen=True, slots=True, kw_only=True)
class HamletRow:
    """An active hamlet, and whether a stall has said anything of its own for it (`is_own`), with the fee; None: it
    brings nothing there."""

    id: int
    name: str
    is_own: bool
    fee: Dong | None

    @property
    def short_name(self) -> str:
        """Its name in a list of hamlets: `Mỗ Đoạn`."""
        return self.name.removeprefix("thôn ")

    @property
    def said(self) -> str:
        if not self.is_own:
            return AS_ALL
        return NOT_THERE if self.fee is None else format_dong(self.fee)


def hamlet_fees_of(session: Session, stall: Stall) -> list[HamletRow]:
    """Every active hamlet of the stall's commune, in Vietnamese order."""
    own = (HamletFee.hamlet_id == Hamlet.id) & (HamletFee.stall_id == stall.id)
    query = (
        select(Hamlet.id, Hamlet.name, HamletFee.id.is_not(None).label("is_own"), HamletFee.fee)
        .outerjoin(HamletFee, own)
        .where(Hamlet.commune_id == stall.commune_id, Hamlet.is_active)
        .order_by(Hamlet.sort_key)
    )
    return [HamletRow(**row) for row in session.execute(query).mappings()]


def fee_facts(stall: Stall, rows: Sequence[HamletRow]) -> Facts:
    """What the form of fees shows: the fee for all hamlets, and each one's own."""
    return {"phí chung": format_dong(stall.delivery_fee)} | {row.name: row.said for row in rows}
