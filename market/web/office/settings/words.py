"""What a market's mode means, and how a number that a commune set stands, in the office's words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Self

from market.places.models import CommuneMode, DatedFact
from market.places.rules import FactKind

MODES = {
    CommuneMode.SHOWCASE: "Chỉ giới thiệu hàng và số điện thoại người bán, không nhận đơn.",
    CommuneMode.ORDERING: "Nhận đơn; người bán tự xem tiền về và xác nhận.",
    CommuneMode.ORDERING_MATCHED: "Nhận đơn; tin báo tiền về của ngân hàng được tự ghép vào đơn.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FactShown:
    """One number with its rows: the one in force today, those to come, and those that were before, newest first."""

    key: str
    words: str
    unit: str
    hint: str
    current: DatedFact | None
    to_come: Sequence[DatedFact]
    before: Sequence[DatedFact]

    @classmethod
    def of(cls, key: str, kind: FactKind, rows: Sequence[DatedFact], today: date) -> Self:
        used = [row for row in rows if row.valid_to is None or row.valid_to >= row.valid_from]
        begun = [row for row in used if row.valid_from <= today]
        held = [row for row in begun if row.valid_to is None or today <= row.valid_to]
        current = max(held, key=lambda row: (row.commune_id is not None, row.valid_from, row.id), default=None)
        return cls(
            key=key,
            words=kind.words,
            unit=kind.unit,
            hint=kind.hint,
            current=current,
            to_come=[row for row in used if row.valid_from > today and row.commune_id is not None],
            before=[row for row in begun if row is not current],
        )

    def said(self, row: DatedFact) -> str:
        """A row's value as it is read aloud: `50 %`, `10.000 đồng`."""
        number = f"{int(row.value):,}".replace(",", ".") if row.value.isdigit() else row.value
        return f"{number} {self.unit}".strip()
