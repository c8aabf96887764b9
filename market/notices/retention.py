"""How long notices are kept, and what became of them outside the market."""

from datetime import timedelta

from market.base.retention import Rule
from market.notices.models import Notice, NoticeDelivery, NoticeDispatch, PaidNotices, ZaloToken

SEEN_KEPT, KEPT = timedelta(days=90), timedelta(days=365)
SENDING_KEPT = timedelta(days=60)
"""Less than any notice is kept: what became of one is never all that is left of it."""

RULES = (
    Rule(
        model=NoticeDelivery,
        says="Tin báo đã gửi ra ngoài chợ bằng cách nào, được hay không: 60 ngày. Chỉ có số hiệu, không có số máy, "
        "không có thư điện tử.",
        is_old=lambda now: NoticeDelivery.next_at < now - SENDING_KEPT,
    ),
    Rule(
        model=NoticeDispatch,
        says="Tin báo gửi ra ngoài chợ có tới được ai không: 60 ngày.",
        is_old=lambda now: NoticeDispatch.created_at < now - SENDING_KEPT,
    ),
    Rule(
        model=PaidNotices,
        says="Mỗi tháng xã đã gửi bao nhiêu tin mất tiền: chỉ có con số.",
    ),
    Rule(model=ZaloToken, says="Mã của tài khoản Zalo của chợ, đã mã hóa: tới khi có mã mới. Không có gì về người."),
    Rule(
        model=Notice,
        says="Tin báo: đã xem thì 90 ngày, chưa xem thì một năm. Chỉ có số hiệu và câu báo; đơn và tiền còn ở chỗ của "
        "chúng. Khóa chống báo hai lần chỉ cần trong ngày.",
        is_old=lambda now: (
            (Notice.seen_at < now - SEEN_KEPT) & (Notice.created_at < now - SEEN_KEPT)
            | (Notice.created_at < now - KEPT)
        ),
    ),
)
