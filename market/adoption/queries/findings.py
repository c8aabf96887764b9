"""What the job that raises risk flags wrote down of sales, and what still holds of it."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.adoption.models import RaisedFlag, SaleCheck
from market.adoption.rules import SAID_ON_THE_PHONE, Pointer, RiskFlag, SaleFinding

MOST = 50
"""So many flags of one order are shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What is on record of an order and still holds."""

    check: SaleCheck
    flags: dict[RiskFlag, RaisedFlag]

    def says(self, finding: SaleFinding) -> bool:
        return self.check.vouch is finding.vouch and self.flags.keys() == finding.flags.keys()

    def joined_with(self, finding: SaleFinding, *, looked_at: datetime) -> SaleFinding:
        """What holds once a finding is added: all of it, unless a call was written down since it was looked for. Then
        what is on record stays, and what the finding says of calls waits for the next look."""
        if self.check.found_at <= looked_at and all(one.found_at <= looked_at for one in self.flags.values()):
            return finding
        found = {flag: pointer for flag, pointer in finding.flags.items() if flag not in SAID_ON_THE_PHONE}
        return SaleFinding(vouch=self.check.vouch, flags=found | dict.fromkeys(self.flags, Pointer()))


def written_of(session: Session, order_ids: Collection[int]) -> dict[int, Written]:
    """What is on record of these orders and still holds."""
    flags: dict[int, dict[RiskFlag, RaisedFlag]] = defaultdict(dict)
    raised = select(RaisedFlag).where(RaisedFlag.order_id.in_(order_ids), RaisedFlag.ended_at.is_(None))
    for flag in session.scalars(raised):
        flags[flag.order_id][flag.risk_flag] = flag
    checks = select(SaleCheck).where(SaleCheck.order_id.in_(order_ids), SaleCheck.ended_at.is_(None))
    return {one.order_id: Written(check=one, flags=flags[one.order_id]) for one in session.scalars(checks)}


@dataclass(frozen=True, slots=True, kw_only=True)
class FlagLine:
    """A raised flag as the office reads it: since when, until when, whom it points to."""

    risk_flag: RiskFlag
    found_at: datetime
    ended_at: datetime | None
    pointer: Pointer


def flags_of(session: Session, order_id: int) -> list[FlagLine]:
    """The flags raised about an order, oldest first; of very many the newest ones."""
    newest = (RaisedFlag.found_at.desc(), RaisedFlag.risk_flag.desc())
    query = select(RaisedFlag).where(RaisedFlag.order_id == order_id).order_by(*newest).limit(MOST)
    return [
        FlagLine(
            risk_flag=one.risk_flag,
            found_at=one.found_at,
            ended_at=one.ended_at,
            pointer=Pointer(business_id=one.business_id, person_id=one.person_id),
        )
        for one in reversed(session.scalars(query).all())
    ]
