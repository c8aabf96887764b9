"""How the KPI is counted, in the words that its page shows: each version with the day from which it holds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """One version; `sentences` are shown as paragraphs."""

    version: int
    since: date
    sentences: Sequence[str]


_BASE = (
    "Mẫu số: hộ kinh doanh và hợp tác xã có trong sổ, đang hoạt động vào ngày tính. Được tính khi có tài khoản đã xác "
    "thực trên một sàn và có ít nhất một đơn đã giao trong 12 tháng, không hủy, không tự mua, với bằng chứng từ mức "
    "người mua xác nhận trở lên."
)
_EVIDENCE = (
    "Bằng chứng từ yếu đến mạnh: tự khai (không tính), người mua xác nhận, số liệu từ sàn, ngân hàng báo có, chứng từ."
)
_ANNEX = "Phụ lục 14 chỉ đếm hộ kinh doanh có tài khoản. Hai cách tính khác nhau nên trang này ghi cả hai."

_CHECKED = (
    "Ngân hàng báo có chỉ tính khi chợ tự hỏi lại nơi báo và được trả lời đúng số tiền. Tin báo chưa hỏi lại "
    "được là tự khai.",
    "Máy của chợ xét mọi đơn vài phút một lần và ghi lại điều đáng ngờ kèm giờ tìm thấy. Đơn chưa xét thì chưa "
    "tính. Đơn đáng ngờ là Cần kiểm tra, chỉ tính sau khi cán bộ gọi, gặp hoặc xem giấy rồi ghi quyết định; "
    "điều tìm thấy sau quyết định thì phải xem lại. Cán bộ không xem đơn của chính mình.",
    "Mỗi tuần máy rút ngẫu nhiên một số đơn để xã gọi hỏi người mua, không ai biết trước là đơn nào.",
)
"""What versions 2 and 3 say of banks, of the look at every order and of the weekly draw."""

DEFINITIONS = (
    Definition(
        version=3,
        since=date(2026, 11, 30),
        sentences=(
            _BASE,
            _EVIDENCE,
            "Mã nhận hàng chỉ là người mua xác nhận khi chợ biết người mua là ai, không chỉ qua lời người bán. "
            "Biết bằng một trong bốn cách, trong vòng một năm quanh ngày mua: người mua đã trả lời khi xã gọi hỏi; "
            "người mua đã chuyển khoản mua ở một cơ sở khác, chính ngân hàng xác nhận tiền và tài khoản trả; "
            "người mua đã mua có mã ở một cơ sở khác không liên quan, cách nhau ít nhất hai tuần, mà nơi đó đã có "
            "từ hai người mua khác được biết: bằng hai cách đầu, hoặc vì họ cũng mua ở một nơi như thế; người giữ "
            "điểm nhận hàng, không phải người nhà hay người giúp của gian hàng, đã thấy người mua đến lấy và nghe "
            "đọc mã. Ai mới chỉ nghe máy khi rút thăm, chưa thấy mua ở đâu khác, thì đơn là Cần kiểm tra. Mua lại "
            "phải cùng số máy và cùng điện thoại hoặc cùng tài khoản. Ngoài ra là tự khai, dù đã đọc mã.",
            *_CHECKED,
            _ANNEX,
        ),
    ),
    Definition(
        version=2,
        since=date(2026, 11, 29),
        sentences=(
            _BASE,
            _EVIDENCE,
            "Mã nhận hàng chỉ là người mua xác nhận khi chợ biết người mua là ai, không chỉ qua lời người bán. "
            "Biết bằng một trong ba cách, trong vòng một năm quanh ngày mua: người mua đã trả lời khi xã gọi hỏi; "
            "người mua đã chuyển khoản mua ở một cơ sở khác, chính ngân hàng xác nhận tiền và tài khoản trả; "
            "người mua đã mua có mã ở một cơ sở khác không liên quan, cách nhau ít nhất hai tuần, mà nơi đó đã có "
            "từ hai người mua khác được biết: bằng hai cách đầu, hoặc vì họ cũng mua ở một nơi như thế. Ai mới "
            "chỉ nghe máy khi rút thăm, chưa thấy mua ở đâu khác, thì đơn là Cần kiểm tra. Mua lại phải cùng số "
            "máy và cùng điện thoại hoặc cùng tài khoản. Ngoài ra là tự khai, dù đã đọc mã.",
            *_CHECKED,
            _ANNEX,
        ),
    ),
    Definition(version=1, since=date(2026, 11, 24), sentences=(_BASE, _EVIDENCE, _ANNEX)),
)
"""Newest first. A version that figures were reported by is not changed: a new one goes before it."""

IN_USE = DEFINITIONS[0].version
"""The version by which the market counts today."""
