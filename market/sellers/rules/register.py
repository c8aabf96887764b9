"""What a business on the register is by law, and whether it trades."""

import enum
from datetime import date

from market.values.period import format_date


class BusinessKind(enum.StrEnum):
    """What a business is by law; households and co-operatives are the KPI's base."""

    HOUSEHOLD_BUSINESS = "ho_kinh_doanh"
    COOPERATIVE = "hop_tac_xa"
    COOPERATIVE_GROUP = "to_hop_tac"
    FARM_HOUSEHOLD = "ho_nong_dan"
    ENTERPRISE = "doanh_nghiep"
    INDIVIDUAL = "ca_nhan"


KIND_WORDS = {
    BusinessKind.FARM_HOUSEHOLD: "Hộ nông dân",
    BusinessKind.HOUSEHOLD_BUSINESS: "Hộ kinh doanh",
    BusinessKind.COOPERATIVE: "Hợp tác xã",
    BusinessKind.COOPERATIVE_GROUP: "Tổ hợp tác",
    BusinessKind.ENTERPRISE: "Doanh nghiệp",
    BusinessKind.INDIVIDUAL: "Cá nhân",
}


class BusinessStatus(enum.StrEnum):
    """Whether a business trades; only the active are in the KPI's base."""

    ACTIVE = "dang_hoat_dong"
    SUSPENDED = "tam_ngung"
    TERMINATED = "cham_dut"


STATUS_WORDS = {
    BusinessStatus.ACTIVE: "Đang hoạt động",
    BusinessStatus.SUSPENDED: "Tạm ngừng",
    BusinessStatus.TERMINATED: "Đã chấm dứt",
}


def reason_against_day(valid_from: date, since: date | None, *, today: date) -> str | None:
    """Why what is said of a business cannot hold from this day: not come yet, or before `since`, the last one written.

    So the register's newest line is always what the register says now.
    """
    if valid_from > today:
        return f"Ngày {format_date(valid_from)} chưa tới. Mời ghi khi đã đúng như vậy."
    if since is not None and valid_from < since:
        return f"Sổ đã ghi từ ngày {format_date(since)}. Mời chọn từ ngày đó trở đi."
    return None
