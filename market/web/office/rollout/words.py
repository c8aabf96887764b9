"""How far a hamlet is, and what is to be done on a commune's first day, in the office's words."""

from collections.abc import Mapping

from market.communes.rules.first_day import StepKey
from market.communes.rules.rollout import HamletState

STATES: Mapping[HamletState, tuple[str, str, str]] = {
    HamletState.OFF: ("chưa bật", "–", "off"),
    HamletState.ON: ("đã bật", "○", "on"),
    HamletState.ACTIVE: ("hoạt động", "●", "active"),
}
"""The word and the mark of a state, and how its shape is drawn: the mark stands beside the name on the map, so that
colour alone says nothing."""

STEPS: Mapping[StepKey, tuple[str, str, str]] = {
    StepKey.OFFICE: ("Ghi nơi liên hệ của phòng", "Số điện thoại và địa chỉ để bà con gọi, tới.", "office.settings"),
    StepKey.REGISTER: (
        "Gửi tệp sổ hộ",
        "Bảng tính xã đang dùng. Chợ đọc ra cả danh sách thôn rồi hỏi trước khi ghi.",
        "office.register_import",
    ),
    StepKey.TARGET: ("Ghi mục tiêu của kế hoạch", "Bao nhiêu phần trăm, theo kế hoạch nào.", "office.facts"),
    StepKey.POINT: ("Ghi điểm nhận hàng đầu tiên", "Thường là nhà văn hóa thôn, có người giữ.", "office.point_new"),
    StepKey.ON: ("Bật chợ ở thôn đầu tiên", "Từ ngày nào, theo quyết định nào.", "office.rollout"),
    StepKey.HELPER: (
        "Giao việc cho Tổ công nghệ số",
        "Một người ở thôn ấy ngồi cùng bà con lúc đầu.",
        "office.posts",
    ),
    StepKey.STALL: ("Duyệt gian hàng đầu tiên", "Hộ nhận cơ sở của mình, xã xem giấy tờ.", "office.claims"),
    StepKey.GOODS: ("Duyệt món hàng đầu tiên", "Từ lúc này người mua xem được hàng.", "office.goods"),
    StepKey.SECOND: ("Thêm một cán bộ nữa", "Việc cần hai người thì một mình chưa làm được.", "office.posts"),
}
"""A step's name, what it is for, and the page on which it is done."""
