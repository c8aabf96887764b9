"""Forms of farming models and farm households."""

from collections.abc import Iterable

from market.outreach.actions.farming import Adoption, NewModel, NewPractice
from market.outreach.queries.farms import FarmFilter
from market.outreach.rules.farming import BRANCH_WORDS, CRITERION_WORDS, FarmBranch, FarmCriterion
from market.web.base.forms import BaseForm, ChoiceField, DayField, KeyField, TextField, at_most, required
from market.web.base.listing_numbers import listing_number

Pairs = Iterable[tuple[int, str]]


class ModelForm(BaseForm):
    name = TextField("Tên mô hình", [required("Mời ghi tên mô hình."), at_most(160)])
    branch = ChoiceField(
        "Lĩnh vực", choices={"": "Chọn lĩnh vực"} | {one.value: word for one, word in BRANCH_WORDS.items()}
    )
    description = TextField("Làm thế nào, được gì", [required("Mời ghi vài lời."), at_most(600)])
    started_on = DayField("Bắt đầu từ ngày", [required("Mời chọn ngày.")])
    source = TextField("Theo văn bản, chương trình nào", [required("Mời ghi căn cứ."), at_most(300)])
    client_key = KeyField()

    def as_new_model(self, commune_id: int) -> NewModel:
        return NewModel(
            commune_id=commune_id,
            name=self.name.data or "",
            branch=FarmBranch(self.branch.data),
            description=self.description.data or "",
            started_on=self.started_on.data,
            source=self.source.data or "",
        )


class AdoptForm(BaseForm):
    business = ChoiceField("Hộ", [required("Mời tìm rồi chọn hộ.")])
    since = DayField("Làm theo từ ngày", [required("Mời chọn ngày.")])
    product = TextField("Địa chỉ món hàng bán ra (bỏ trống: mọi món của hộ)", [at_most(300)])
    proof = TextField("Đã xem gì, lưu ở đâu", [required("Mời ghi bằng chứng đã xem."), at_most(300)])

    def offer(self, businesses: Pairs) -> None:
        self.business.choices = {"": "Chọn hộ"} | {str(key): name for key, name in businesses}

    def as_adoption(self, commune_id: int, model_id: int) -> Adoption:
        return Adoption(
            commune_id=commune_id,
            model_id=model_id,
            business_id=int(self.business.data),
            product_id=listing_number(self.product.data),
            since=self.since.data,
            proof=self.proof.data or "",
        )


class FarmFilterForm(BaseForm):
    thon = ChoiceField("Thôn", default="")
    tieu_chi = ChoiceField(
        "Tiêu chí", default="", choices={"": "Tất cả"} | {one.value: word for one, word in CRITERION_WORDS.items()}
    )
    tinh = ChoiceField("Được tính", default="", choices={"": "Tất cả", "co": "Được tính", "chua": "Chưa"})

    def offer(self, hamlets: Pairs) -> None:
        self.thon.choices = {"": "Mọi thôn"} | {str(key): name for key, name in hamlets}

    def as_filter(self) -> FarmFilter:
        """What was asked for; a choice that is none of the list asks for nothing."""
        self.validate()
        known = {name: "" if getattr(self, name).errors else getattr(self, name).data for name in self._fields}
        return FarmFilter(
            hamlet_id=int(known["thon"]) if known["thon"] else None,
            criterion=FarmCriterion(known["tieu_chi"]) if known["tieu_chi"] else None,
            is_counted={"co": True, "chua": False}.get(known["tinh"]),
        )


class PracticeForm(BaseForm):
    practice = TextField("Làm gì", [required("Mời ghi, như “tưới tự động”."), at_most(160)])
    since = DayField("Từ ngày", [required("Mời chọn ngày.")])
    proof = TextField("Đã xem gì, lưu ở đâu", [required("Mời ghi bằng chứng đã xem."), at_most(300)])

    def as_new_practice(self, commune_id: int, business_id: int) -> NewPractice:
        return NewPractice(
            commune_id=commune_id,
            business_id=business_id,
            practice=self.practice.data or "",
            since=self.since.data,
            proof=self.proof.data or "",
        )
