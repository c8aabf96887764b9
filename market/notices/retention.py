"""How long notices are kept."""

from datetime import timedelta

from market.base.retention import Rule
from market.notices.models import Notice

SEEN_KEPT, KEPT = timedelta(days=90), timedelta(days=365)

RULES = (
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
