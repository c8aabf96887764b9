"""What a market's mode means, and how a number that a commune set stands, in the office's words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Self

from market.places.models import DatedFact, ModeSource
from market.places.rules import FactKind
from market.places.rules.modes import CommuneMode

MODES: Mapping[CommuneMode, Sequence[str]] = {
    CommuneMode.SHOWCASE: (
        "Người mua xem hàng, xem giá, gọi điện hoặc nhắn Zalo cho người bán.",
        "Không có giỏ hàng, không đặt được đơn mới. Đơn đã đặt từ trước vẫn làm tiếp cho xong.",
        "Chưa cần số đăng ký. Chợ của xã mới bắt đầu ở đây.",
    ),
    CommuneMode.ORDERING: (
        "Người mua đặt đơn; trang trả tiền hiện mã QR vào thẳng tài khoản người bán.",
        "Chợ không xác nhận tiền thay ai: chỉ người bán bấm “Đã nhận tiền”. Báo có của ngân hàng, thẻ, sao kê và loa "
        "báo tiền đều tắt; ngân hàng có gửi báo có tới thì chợ không đọc, không giữ.",
        "Cần đơn vị vận hành đã đăng ký với Bộ Công Thương (Luật 122/2025/QH15 điều 14).",
    ),
    CommuneMode.ORDERING_MATCHED: (
        "Như chế độ trên, thêm: báo có của ngân hàng tự ghép vào đơn, chợ hỏi lại nơi báo có, gian hàng nhận được thẻ.",
        "Đối chiếu, xác nhận tiền có thể làm đơn vị vận hành thành “nền tảng có chức năng thanh toán”, phải khấu trừ "
        "thuế thay người bán (Nghị định 252/2026/NĐ-CP điều 3). Mời hỏi cơ quan thuế trước khi chọn.",
        "Cần đơn vị vận hành đã đăng ký.",
    ),
}
"""What each mode means, for who chooses one."""
SOURCES = {
    ModeSource.OFFICERS: "cán bộ xã",
    ModeSource.OPERATOR: "người vận hành chợ, bằng lệnh",
    ModeSource.BEFORE: "có từ trước khi chợ ghi lịch sử chế độ",
    ModeSource.DEMO: "dữ liệu minh họa",
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
