"""Forms of the goods that stand for the commune."""

from collections.abc import Iterable

from market.outreach.actions.signature import BrandSeen
from market.web.base.forms import BaseForm, ChoiceField, DayField, TextField, at_most, required


class ChooseForm(BaseForm):
    product = TextField("Địa chỉ trang của món hàng trên chợ", [required("Mời dán địa chỉ món hàng."), at_most(300)])


class BrandForm(BaseForm):
    brand = TextField("Tên thương hiệu", [required("Mời ghi tên thương hiệu."), at_most(120)])
    brand_on = DayField("Từ ngày", [required("Mời chọn ngày.")])
    proof = TextField("Đã xem gì, lưu ở đâu", [required("Mời ghi bằng chứng đã xem."), at_most(300)])

    def as_brand(self, commune_id: int, signature_id: int) -> BrandSeen:
        return BrandSeen(
            commune_id=commune_id,
            signature_id=signature_id,
            brand=self.brand.data or "",
            brand_on=self.brand_on.data,
            proof=self.proof.data or "",
        )


class TrademarkForm(BaseForm):
    paper = ChoiceField("Giấy bảo hộ trong sổ", [required("Mời chọn giấy.")])

    def offer(self, papers: Iterable[tuple[int, str]]) -> None:
        self.paper.choices = {"": "Chọn giấy"} | {str(key): words for key, words in papers}
