"""The ledger of evidence: what one of its entries says, and the seal by which each hangs on the one before it.

A sale stands at a level (`Evidence`; 0: it is no sale any more, all its money went back, or it is the seller's own) and
with what was found of it. Both rest on facts that come one after the other; each entry says where the sale stands from
a moment on, until the next entry about the same sale.
"""

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256

NO_SALE = 0
"""The level of an order that is no sale, or none any more."""
FIRST = ""
"""What the first entry of a commune hangs on."""


class EntryKind(enum.StrEnum):
    """What an entry is about."""

    SALE = "ban_hang"
    ACCOUNT = "tai_khoan"
    ACCOUNT_ENDED = "het_tai_khoan"
    CERTIFICATE = "giay_chung_nhan"
    CERTIFICATE_ENDED = "het_giay_chung_nhan"
    DECLARED = "tu_khai"
    REGISTER = "so_ho"


class EvidenceState(enum.StrEnum):
    """What was found of a sale: the job's look and the office's word together."""

    UNSEEN = "chua_xet"
    CLEAN = "sach"
    FLAGGED = "can_xem"
    COUNTS = "xa_tinh"
    STRUCK_OUT = "xa_bo"


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceEntry:
    """`about` and `about_id`: the row of the fact. `order_id`, `level` and `finding` are of sales alone, `platform` of
    accounts and declared sales; `state` is what the register says."""

    commune_id: int
    number: int
    kind: EntryKind
    business_id: int
    hamlet_id: int
    business_kind: str
    about: str
    about_id: int
    day: date
    recorded_at: datetime
    order_id: int | None = None
    level: int | None = None
    finding: EvidenceState | None = None
    platform: str | None = None
    state: str | None = None

    def sealed(self, before: str) -> str:
        """64 hexadecimal digits over the entry and the seal `before` it: who changes, drops or slips in an entry
        changes the seals of all after it."""
        return sha256("\n".join([before, *self._written()]).encode()).hexdigest()

    def _written(self) -> Sequence[str]:
        fields = (
            self.commune_id,
            self.number,
            self.kind.value,
            self.business_id,
            self.hamlet_id,
            self.business_kind,
            self.about,
            self.about_id,
            self.day.isoformat(),
            self.recorded_at.astimezone(UTC).isoformat(timespec="microseconds"),
            self.order_id,
            self.level,
            self.finding.value if self.finding else None,
            self.platform,
            self.state,
        )
        return ["" if one is None else str(one) for one in fields]
