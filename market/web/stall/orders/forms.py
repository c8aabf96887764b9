"""Forms of a stall's answer to an order, and of its hand-over."""

from market.web.base.forms import BaseForm, OneOf, TextField, at_most, optional, required


class DeclineForm(BaseForm):
    """Why a stall cannot deliver: one of the common reasons, or its own words."""

    reason = TextField("Lý do", [at_most(120)])

    def sentence(self) -> str:
        return self.reason.data or "Hết hàng"


class HandOverForm(BaseForm):
    """The buyer's hand-over code, and whether cash was taken."""

    cash = OneOf("Tiền mặt", choices={"co": "Tôi đã nhận đủ tiền", "khong": "Chưa nhận tiền lần này"})
    how = OneOf(
        "Mã nhận hàng của khách", choices={"co_ma": "Khách đưa mã", "khong_ma": "Giao không có mã"}, default="co_ma"
    )
    shown = TextField("4 ký tự khách đọc", [at_most(40)])

    def ask_for_cash(self, *, is_owed: bool) -> None:
        """Whether cash was taken must be said only where money is still owed."""
        self.cash.validators = [required("Mời chọn đã nhận tiền hay chưa.") if is_owed else optional()]

    def code(self) -> str | None:
        """What the buyer showed; None for a hand-over without it."""
        return (self.shown.data or "") if self.how.data == "co_ma" else None

    @property
    def has_cash(self) -> bool:
        return bool(self.cash.data == "co")
