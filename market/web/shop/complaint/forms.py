"""What a buyer says of goods that were not right, with pictures."""

from collections.abc import Iterator, Mapping, Sequence

from flask import request
from werkzeug.datastructures import FileStorage
from wtforms import Field, MultipleFileField, ValidationError

from market.base.errors import Refused
from market.catalog.rules import KeptPhoto
from market.orders.actions.complaints import NewComplaint
from market.orders.models import Order, OrderLine
from market.orders.queries.complaints import Claimable
from market.orders.rules.complaints import (
    LONGEST_WORDS,
    MOST_PICTURES,
    REASON_WORDS,
    WISH_WORDS,
    ComplaintReason,
    ComplaintWish,
)
from market.values.quantity import parse_quantity, typed_number, unit
from market.web.base.forms import BaseForm, DongField, KeyField, OneOf, TextField, at_most, optional, required


class PicturesField(MultipleFileField):
    """A few pictures at once."""

    def files(self) -> Iterator[FileStorage]:
        for sent in self.data or ():
            if isinstance(sent, FileStorage) and sent.filename:
                yield sent

    @property
    def size(self) -> int:
        """How many were chosen."""
        return len(list(self.files()))


class ComplaintForm(BaseForm):
    """How much of each line is not right is typed in fields `mon-<line>`; `offer` what may be complained of first."""

    client_key = KeyField()
    reason = OneOf(
        "Hàng bị làm sao?",
        choices={one.value: words for one, words in REASON_WORDS.items()},
        validators=[required("Mời chọn hàng bị làm sao.")],
    )
    wish = OneOf(
        "Bạn muốn thế nào?",
        choices={one.value: words for one, words in WISH_WORDS.items()},
        validators=[required("Mời chọn bạn muốn thế nào.")],
    )
    asked = DongField("Số tiền muốn lấy lại", [optional()])
    words = TextField("Kể thêm", [at_most(LONGEST_WORDS)])
    photos = PicturesField("Ảnh chụp hàng")
    claims: Sequence[Claimable] = ()

    def offer(self, claims: Sequence[Claimable]) -> None:
        self.claims = claims

    def validate_words(self, field: Field) -> None:
        if self.reason.data == ComplaintReason.OTHER and not field.data:
            raise ValidationError("Mời kể hàng bị làm sao.")

    def validate_photos(self, field: PicturesField) -> None:
        if field.size > MOST_PICTURES:
            raise ValidationError(f"Gửi nhiều nhất {MOST_PICTURES} ảnh. Mời chọn lại.")

    def shown(self, one: Claimable) -> str:
        """What a line's field shows: what was typed, else all of an order's only line, nothing of several."""
        alone = typed_number(one.left) if len(self.claims) == 1 else "0"
        return request.form.get(f"mon-{one.line.id}", alone)

    def unit_of(self, one: Claimable) -> str:
        return unit(one.line.unit).name

    def lines(self, lines: Sequence[OrderLine]) -> Mapping[int, int]:
        """Line -> how much of it is not right (thousandths), of those that were typed. Refused where one of them cannot
        be read."""
        typed = {line: request.form.get(f"mon-{line.id}", "0") for line in lines}
        amounts = {line.id: _amount(line, text) for line, text in typed.items()}
        return {line_id: amount for line_id, amount in amounts.items() if amount}

    def as_new(self, order: Order, photos: Sequence[KeptPhoto]) -> NewComplaint:
        wish = ComplaintWish(self.wish.data)
        return NewComplaint(
            order_id=order.id,
            lines=self.lines(order.lines),
            reason=ComplaintReason(self.reason.data),
            wish=wish,
            asked=self.asked.data if wish is ComplaintWish.MONEY else None,
            words=self.words.data or "",
            photos=photos,
            client_key=self.client_key.data,
        )


def _amount(line: OrderLine, text: str) -> int:
    if text.strip() in ("", "0"):
        return 0
    try:
        return parse_quantity(text, unit(line.unit))
    except ValueError as error:
        sentence = f"{line.product_name}: {error} Chưa ghi gì cả, số bạn gõ còn ở dưới."
        raise Refused("bad_amount", sentence) from error
