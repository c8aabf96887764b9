"""Forms of the helper's pages."""

from collections.abc import Iterator
from contextlib import contextmanager

from wtforms import BooleanField

from market.base.errors import Refused
from market.sellers.actions import NOBODY_NAMED
from market.web.base.forms import BaseForm, KnownPhoneField, TextField, at_most, required


class TakeMandateForm(BaseForm):
    code = TextField("Mã 6 số chủ hộ đọc cho bạn", [required("Mời viết mã 6 số."), at_most(10)])

    def digits(self) -> str:
        return "".join(character for character in self.code.data or "" if character.isdigit())


class VouchForm(BaseForm):
    code = TextField("Mã 8 số trên máy của người đó", [required("Mời viết mã 8 số."), at_most(20)])
    name = TextField("Họ và tên người đó", [required("Mời viết họ và tên."), at_most(80)])
    phone = KnownPhoneField("Số điện thoại đăng nhập của người đó", [required("Mời viết số điện thoại.")])
    knows = BooleanField(
        "Người này đang ở trước mặt tôi và tôi biết mặt", [required("Chỉ bảo lãnh cho người bạn biết mặt, đang ở đây.")]
    )

    @contextmanager
    def one_sentence_for_nobody(self) -> Iterator[None]:
        """Whether a phone has an account is told to who knows its name alone."""
        try:
            yield
        except Refused as refusal:
            raise Refused("nobody_named", NOBODY_NAMED) from refusal
