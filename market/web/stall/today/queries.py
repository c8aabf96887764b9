"""What a stall still needs before its first order, told from its rows alone."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from market.catalog.queries.public import has_public_goods
from market.catalog.queries.stock import has_goods
from market.orders.queries.firsts import was_ordered_from
from market.sellers.queries import live_bank_account, stall_draft, stall_of
from market.web.base.access import StallContext


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstStep:
    """A line of the list: what to do, why, the page on which it is done, whether it is."""

    word: str
    says: str
    endpoint: str
    is_done: bool


def first_steps(session: Session, desk: StallContext) -> Sequence[FirstStep]:
    """The list as it stands; empty once anybody has ordered."""
    if was_ordered_from(session, desk.stall_id):
        return ()
    has_listed, is_public = has_goods(session, desk.stall_id), has_public_goods(session, desk.stall_id)
    intro = stall_draft(session, stall_of(session, desk.stall_id))["intro"]
    account = live_bank_account(session, desk.business_id)
    listing = "stall.products" if has_listed else "stall.product_new"
    return (
        _step("Đăng món đầu tiên", "Ảnh, tên, giá là đủ.", listing, is_done=has_listed),
        _step("Xã duyệt, món hiện trên chợ", "Thường trong ngày.", "stall.products", is_done=is_public),
        _step("Đặt tài khoản nhận tiền", "Không có thì khách chỉ trả tiền mặt.", "stall.bank", is_done=bool(account)),
        _step("Viết vài lời về nhà mình", "Khách mới đọc để tin.", "stall.settings", is_done=bool(intro)),
        _step("Gửi gian cho khách quen", "Qua Zalo, hoặc in mã QR.", "stall.window", is_done=False),
    )


def _step(word: str, says: str, endpoint: str, *, is_done: bool) -> FirstStep:
    return FirstStep(word=word, says=says, endpoint=endpoint, is_done=is_done)
