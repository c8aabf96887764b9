"""How long what belongs to accounts is kept. Sign-ins are in `sellers.retention`, which knows whose must stay."""

from datetime import timedelta

from sqlalchemy import exists

from market.accounts.models import Consent, OneTimeCode, PasswordReset, Person, RecoveryCode, SecondFactor
from market.base.retention import Rule
from market.notices.models import NoticeChoice

CODES_KEPT, RESETS_KEPT = timedelta(days=90), timedelta(days=365)

RULES = (
    Rule(
        model=Person,
        says="Giữ khi còn tài khoản; người ấy xin xóa thì tên, số máy bị xóa, dòng còn lại vì đơn, nhật ký trỏ tới.",
        source="Luật Bảo vệ dữ liệu cá nhân 91/2025/QH15",
    ),
    Rule(model=Consent, says="Giữ hẳn: bằng chứng người ấy đã đồng ý hay đã rút lại.", source="Luật 91/2025/QH15"),
    Rule(
        model=NoticeChoice,
        says="Nơi người ấy muốn nhận tin, thư điện tử cất kín: tới khi họ đổi; tài khoản xóa thì xóa.",
        is_old=lambda _now: exists().where(Person.id == NoticeChoice.person_id, Person.erased_at.is_not(None)),
    ),
    Rule(model=SecondFactor, says="Giữ khi còn dùng; tắt thì xóa ngay."),
    Rule(
        model=OneTimeCode,
        says="Mã dùng một lần: 90 ngày sau khi hết hạn, đủ để xem lại một vụ khiếu nại.",
        is_old=lambda now: OneTimeCode.expires_at < now - CODES_KEPT,
    ),
    Rule(
        model=PasswordReset,
        says="Lần xin vào lại tài khoản: một năm sau khi xong hoặc hết hạn, để xem lại nếu bị chiếm tài khoản.",
        is_old=lambda now: (
            (PasswordReset.expires_at < now - RESETS_KEPT)
            & (PasswordReset.effective_at.is_(None) | (PasswordReset.effective_at < now - RESETS_KEPT))
        ),
    ),
    Rule(
        model=RecoveryCode,
        says="Mã dự phòng: đã dùng thì một năm.",
        is_old=lambda now: RecoveryCode.used_at < now - RESETS_KEPT,
    ),
)
