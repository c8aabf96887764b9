"""What a market's mode means, in the office's words."""

from market.places.models import CommuneMode

MODES = {
    CommuneMode.SHOWCASE: "Chỉ giới thiệu hàng và số điện thoại người bán, không nhận đơn.",
    CommuneMode.ORDERING: "Nhận đơn; người bán tự xem tiền về và xác nhận.",
    CommuneMode.ORDERING_MATCHED: "Nhận đơn; tin báo tiền về của ngân hàng được tự ghép vào đơn.",
}
