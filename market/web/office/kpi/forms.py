"""Forms of the KPI: what of it to show, a call to a buyer, and an officer's look at an order."""

from collections.abc import Iterable
from datetime import date

from wtforms import TextAreaField

from market.adoption.actions import NewCall, SaleReview
from market.adoption.queries import ListFilter
from market.adoption.rules import (
    CALL_OUTCOME_WORDS,
    REVIEW_WAY_WORDS,
    STATE_WORDS,
    VERDICT_WORDS,
    CallOutcome,
    ReviewWay,
    State,
    Verdict,
)
from market.sellers.models import BusinessKind
from market.sellers.rules import KIND_WORDS
from market.values.text import nfc
from market.web.base.forms import BaseForm, ChoiceField, DayField, KeyField, at_most, optional, required

KINDS = {kind.value: KIND_WORDS[kind] for kind in (BusinessKind.HOUSEHOLD_BUSINESS, BusinessKind.COOPERATIVE)}
STATES = {state.value: word for state, word in STATE_WORDS.items()}
WAYS = {way.value: word for way, word in REVIEW_WAY_WORDS.items()}
OUTCOMES = {outcome.value: word for outcome, word in CALL_OUTCOME_WORDS.items()}
VERDICTS = {verdict.value: word for verdict, word in VERDICT_WORDS.items()}


class KpiFilterForm(BaseForm):
    ngay = DayField("Tính đến ngày", [optional()])
    thon = ChoiceField("Thôn", default="")
    loai = ChoiceField("Loại hình", default="", choices={"": "Cả hai loại", **KINDS})
    tinh_trang = ChoiceField("Tình trạng", default="", choices={"": "Tất cả", **STATES})

    def offer(self, hamlets: Iterable[tuple[int, str]]) -> None:
        self.thon.choices = {"": "Mọi thôn"} | {str(number): name for number, name in hamlets}

    def as_of(self, today: date) -> date:
        """The day asked for, today where none is or where it has not come yet."""
        self.validate()
        asked: date | None = None if self.ngay.errors else self.ngay.data
        return min(asked or today, today)

    def as_filter(self) -> ListFilter:
        """What was asked for; a choice that is none of the list asks for nothing."""
        self.validate()
        known = {name: None if getattr(self, name).errors else getattr(self, name).data for name in self._fields}
        return ListFilter(
            hamlet_id=int(known["thon"]) if known["thon"] else None,
            kind=known["loai"] or None,
            state=State(known["tinh_trang"]) if known["tinh_trang"] else None,
        )


class KpiListForm(KpiFilterForm):
    """The same for a list that is made as a long task."""

    client_key = KeyField()


class ReviewForm(BaseForm):
    verdict = ChoiceField("Quyết định", choices=VERDICTS)
    way = ChoiceField("Bạn đã làm gì", choices=WAYS)
    reason = TextAreaField(
        "Vì sao",
        [required("Mời ghi vì sao: người xem số liệu sau này sẽ đọc."), at_most(500)],
        filters=[lambda text: nfc(text or "")],
    )

    def as_look(self, commune_id: int, order_id: int, seen: str) -> SaleReview:
        return SaleReview(
            commune_id=commune_id,
            order_id=order_id,
            verdict=Verdict(self.verdict.data),
            way=ReviewWay(self.way.data),
            reason=self.reason.data or "",
            seen=seen,
        )


class CallForm(BaseForm):
    outcome = ChoiceField("Gọi được thế nào", choices=OUTCOMES)
    note = TextAreaField("Người nghe nói gì", [optional(), at_most(500)], filters=[lambda text: nfc(text or "")])

    def as_call(self, commune_id: int, order_id: int, seen: str) -> NewCall:
        return NewCall(
            commune_id=commune_id,
            order_id=order_id,
            outcome=CallOutcome(self.outcome.data),
            note=self.note.data or "",
            seen=seen,
        )
