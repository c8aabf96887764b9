"""What a business on the register is by law, and whether it trades."""

import enum
from datetime import date

from market.values.period import format_date


class BusinessKind(enum.StrEnum):
    """What a business is by law; households and co-operatives are the KPI's base."""

    HO_KINH_DOANH = "ho_kinh_doanh"
    HOP_TAC_XA = "hop_tac_xa"
    TO_HOP_TAC = "to_hop_tac"
    HO_NONG_DAN = "ho_nong_dan"
    DOANH_NGHIEP = "doanh_nghiep"
    CA_NHAN = "ca_nhan"


KIND_WORDS = {
    BusinessKind.HO_NONG_DAN: "Hộ nông dân",
    BusinessKind.HO_KINH_DOANH: "Hộ kinh doanh",
    BusinessKind.HOP_TAC_XA: "Hợp tác xã",
    BusinessKind.TO_HOP_TAC: "Tổ hợp tác",
    BusinessKind.DOANH_NGHIEP: "Doanh nghiệp",
    BusinessKind.CA_NHAN: "Cá nhân",
}


class BusinessStatus(enum.StrEnum):
    """Whether a business trades; only the active are in the KPI's base."""

    DANG_HOAT_DONG = "dang_hoat_dong"
    TAM_NGUNG = "tam_ngung"
    CHAM_DUT = "cham_dut"


def reason_against_day(valid_from: date, since: date | None, *, today: date) -> str | None:
    """Why what is said of a business cannot hold from this day: not come yet, or before `since`, the last one written.

    So the register's newest line is always what the register says now.
    """
    if valid_from > today:
        return f"Ngày {format_date(valid_from)} chưa tới. Mời ghi khi đã đúng như vậy."
    if since is not None and valid_from < since:
        return f"Sổ đã ghi từ ngày {format_date(since)}. Mời chọn từ ngày đó trở đi."
    return None
