"""Forms of the office: the register and its filters, verification, certificates, mandates on paper, posts, the log."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from flask import request

from market.adoption.actions import NewAccount
from market.adoption.queries import TwoSides
from market.sellers.actions import Ending, NewBusiness, NewCertificate, NewMandate, PaperSeen
from market.sellers.models import Business, BusinessKind, BusinessStatus, MandateMethod
from market.sellers.queries import Question, RegisterFilter
from market.sellers.rules import KIND_WORDS, STATUS_WORDS
from market.web.base.forms import (
    BaseForm,
    ChoiceField,
    DayField,
    KeyField,
    OneOf,
    PhoneField,
    TaxIdField,
    TextField,
    UploadField,
    at_most,
    optional,
    required,
)
from market.web.base.receiving import BankForm
from market.web.office.register.words import CERTIFICATES, field_title, said_text

Pairs = Iterable[tuple[int, str]]
KINDS = {kind.value: word for kind, word in KIND_WORDS.items()}
STATUSES = {status.value: word for status, word in STATUS_WORDS.items()}


def _one_of(pairs: Pairs, every: str) -> dict[str, str]:
    return {"": every} | {str(number): word for number, word in pairs}


class FilterForm(BaseForm):
    """What a list is narrowed by, from its address: a value that cannot be read asks for nothing, without a word."""

    def asked(self) -> dict[str, Any]:
        self.validate()
        for field in self:
            if field.errors:
                field.data, field.raw_data, field.errors = None, [], ()
        return self.data


class RegisterFilterForm(FilterForm):
    q = TextField("Tên cơ sở, tên chủ, điện thoại, mã số thuế")
    hamlet = ChoiceField("Thôn", default="")
    kind = ChoiceField("Loại hình", choices={"": "Mọi loại hình"} | KINDS, default="")
    status = ChoiceField("Tình trạng", choices={"": "Mọi tình trạng"} | STATUSES, default="")

    def offer(self, hamlets: Pairs) -> None:
        self.hamlet.choices = _one_of(hamlets, "Mọi thôn")

    def as_filter(self, page: int) -> RegisterFilter:
        known = self.asked()
        return RegisterFilter(
            text=known["q"] or "",
            hamlet_id=int(known["hamlet"]) if known["hamlet"] else None,
            kind=BusinessKind(known["kind"]) if known["kind"] else None,
            status=BusinessStatus(known["status"]) if known["status"] else None,
            page=page,
        )


def _number_or_none(value: str | int | None) -> int | None:
    return int(value) if value else None


class BusinessForm(BaseForm):
    name = TextField("Tên cơ sở", [required("Mời viết tên cơ sở."), at_most(200)])
    kind = ChoiceField("Loại hình", choices=KINDS)
    hamlet = ChoiceField("Thôn", [required("Mời chọn thôn.")], coerce=_number_or_none)
    status = ChoiceField("Tình trạng", choices=STATUSES)
    owner_name = TextField("Chủ cơ sở", [at_most(100)])
    phone = PhoneField("Số điện thoại", [optional()])
    tax_id = TaxIdField("Mã số thuế", [optional()])
    trade = TextField("Ngành nghề", [at_most(300)])
    address = TextField("Địa chỉ", [at_most(300)])
    valid_from = DayField("Đúng như vậy từ ngày", [required("Mời chọn ngày.")])
    source = TextField("Căn cứ", [required("Mời ghi căn cứ, ví dụ số giấy đăng ký."), at_most(200)])

    def offer(self, hamlets: Pairs) -> None:
        self.hamlet.choices = _one_of(hamlets, "Chọn thôn")

    def as_new_business(self, commune_id: int) -> NewBusiness:
        return NewBusiness(
            commune_id=commune_id,
            hamlet_id=self.hamlet.data,
            kind=BusinessKind(self.kind.data),
            name=self.name.data or "",
            valid_from=self.valid_from.data,
            source=self.source.data or "",
            status=BusinessStatus(self.status.data),
            owner_name=self.owner_name.data or None,
            phone=self.phone.data,
            tax_id=self.tax_id.data,
            trade=self.trade.data or None,
            address=self.address.data or None,
        )


class NewBusinessForm(BusinessForm):
    client_key = KeyField()


class ImportForm(BaseForm):
    file = UploadField("Tệp sổ hộ")
    client_key = KeyField()


class CertificateForm(BaseForm):
    kind = ChoiceField("Loại giấy", choices={word: word for word in CERTIFICATES})
    number = TextField("Số", [required("Mời ghi số giấy."), at_most(100)])
    issuer = TextField("Nơi cấp", [required("Mời ghi nơi cấp."), at_most(200)])
    scope = TextField("Cho sản phẩm nào", [required("Mời ghi tên sản phẩm."), at_most(200)])
    valid_from = DayField("Ngày cấp", [required("Mời chọn ngày cấp.")])
    valid_to = DayField("Ngày hết hạn", [optional()])

    def as_new_certificate(self, commune_id: int, business_id: int) -> NewCertificate:
        return NewCertificate(
            commune_id=commune_id,
            business_id=business_id,
            kind=self.kind.data,
            number=self.number.data or "",
            issuer=self.issuer.data or "",
            scope=self.scope.data or "",
            valid_from=self.valid_from.data,
            valid_to=self.valid_to.data,
        )


class PaperBankForm(BankForm):
    """As an officer fills it in, before the person and their paper."""

    paper = TextField("Giấy tờ đã xem, lưu ở đâu", [required("Mời ghi giấy đã xem."), at_most(200)])

    def as_paper_seen(self) -> PaperSeen:
        return PaperSeen(paper=self.paper.data or "")


class PaperMandateForm(BaseForm):
    helper = ChoiceField("Người được ủy quyền", coerce=int)
    granted_by = TextField("Người ký giấy", [required("Mời ghi người ký."), at_most(100)])
    paper = TextField("Giấy ủy quyền số, lưu ở đâu", [required("Mời ghi số và nơi lưu giấy."), at_most(200)])
    ends_on = DayField("Đến hết ngày", [required("Mời chọn ngày kết thúc.")])

    def offer(self, helpers: Pairs) -> None:
        self.helper.choices = {str(number): name for number, name in helpers}

    def as_new_mandate(self, business_id: int, today: date) -> NewMandate:
        return NewMandate(
            business_id=business_id,
            helper_id=self.helper.data,
            granted_by=self.granted_by.data or "",
            method=MandateMethod.PAPER,
            paper=self.paper.data or "",
            starts_on=today,
            ends_on=self.ends_on.data,
        )


def answers_form(questions: Sequence[Question]) -> BaseForm:
    """A form with a choice for each question, its answer of before chosen."""
    fields = {one.key: ChoiceField(one.label, choices=dict(one.choices), description=one.hint) for one in questions}
    form: BaseForm = type("AnswersForm", (BaseForm,), fields)(data={one.key: one.meaning for one in questions})
    return form


class PlatformAccountForm(BaseForm):
    platform = ChoiceField("Sàn", [required("Mời chọn sàn.")])
    shop = TextField("Tên hoặc địa chỉ gian hàng trên sàn", [required("Mời ghi tên gian hàng."), at_most(200)])
    proof = TextField("Bằng chứng đã xem, lưu ở đâu", [required("Mời ghi bằng chứng đã xem."), at_most(300)])

    def offer(self, platforms: Mapping[str, str], own: str) -> None:
        self.platform.choices = {"": "Chọn sàn"} | {key: word for key, word in platforms.items() if key != own}

    def as_new_account(self, commune_id: int, business_id: int) -> NewAccount:
        return NewAccount(
            commune_id=commune_id,
            business_id=business_id,
            platform=self.platform.data,
            shop=self.shop.data or "",
            proof=self.proof.data or "",
        )


class EndingForm(BaseForm):
    reason = TextField("Lý do, người bán sẽ đọc", [required("Mời ghi lý do để người bán biết."), at_most(300)])

    def as_ending(self, business: Business, number: int) -> Ending:
        return Ending(commune_id=business.commune_id, business_id=business.id, id=number, reason=self.reason.data or "")


class SameBusinessForm(FilterForm):
    """Which other line of the register, from its address."""

    q = TextField("Tên cơ sở kia trong sổ")

    @classmethod
    def of_address(cls) -> "SameBusinessForm":
        form = cls(request.args)
        form.asked()
        return form


def sides_form(sides: TwoSides, hamlets: Mapping[int, str]) -> BaseForm:
    """A form with a choice for each field of which two businesses say two things; nothing is chosen before."""
    both = sides.into, sides.merged
    fields = {
        name: OneOf(
            field_title(name),
            [required("Mời chọn một bên.")],
            choices={str(one.id): said_text(one, name, hamlets) for one in both},
        )
        for name in sides.conflicts
    }
    form_class: type[BaseForm] = type("SidesForm", (BaseForm,), fields)
    return form_class.of_request()
