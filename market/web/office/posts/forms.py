"""Forms of posts and of password resets."""

from wtforms import BooleanField
from wtforms.validators import ValidationError

from market.sellers.actions import NewAppointment, NewSlip
from market.sellers.models import PostRole
from market.web.base.forms import BaseForm, ChoiceField, KnownPhoneField, TextField, at_most, required
from market.web.office.register.forms import Pairs, _one_of

ROLES = {
    PostRole.HELPER: "Thành viên Tổ công nghệ số của thôn",
    PostRole.KEEPER: "Người giữ điểm nhận hàng của thôn",
    PostRole.OFFICER: "Cán bộ phòng",
}
OF_HAMLET = {
    PostRole.HELPER: "Thành viên Tổ công nghệ số phụ trách một thôn: mời chọn thôn.",
    PostRole.KEEPER: "Người giữ điểm nhận hàng ở một thôn: mời chọn thôn.",
}


class PostForm(BaseForm):
    name = TextField("Họ và tên người đó", [required("Mời viết họ và tên."), at_most(80)])
    role = ChoiceField("Vai trò", choices={role.value: word for role, word in ROLES.items()})
    hamlet = ChoiceField("Thôn phụ trách")
    paper = TextField("Quyết định, giấy giao việc", [required("Mời ghi số quyết định hoặc tên giấy."), at_most(120)])

    def offer(self, hamlets: Pairs) -> None:
        self.hamlet.choices = _one_of(hamlets, "Không theo thôn")

    def validate_hamlet(self, field: ChoiceField) -> None:
        role = PostRole(self.role.data) if self.role.data in ROLES else None
        if role in OF_HAMLET and not field.data:
            raise ValidationError(OF_HAMLET[role])

    def as_new_appointment(self, commune_id: int) -> NewAppointment:
        role = PostRole(self.role.data)
        return NewAppointment(
            commune_id=commune_id,
            role=role,
            hamlet_id=int(self.hamlet.data) if role in OF_HAMLET else None,
            name=self.name.data or "",
            paper=self.paper.data or "",
        )


class NewSlipForm(BaseForm):
    phone = KnownPhoneField("Số điện thoại đăng nhập của người đó", [required("Mời viết số điện thoại.")])
    name = TextField("Họ và tên trên giấy tờ", [required("Mời viết họ và tên."), at_most(80)])
    paper = TextField("Giấy tờ đã xem", [required("Mời ghi giấy tờ đã xem, ví dụ: căn cước, ảnh khớp."), at_most(120)])
    is_phone_lost = BooleanField("Mất máy: đăng xuất ngay mọi máy của người này")
    drops_second_factor = BooleanField("Là cán bộ và mất ứng dụng xác thực: cho lập lại từ đầu")

    def as_new_slip(self, commune_id: int, person_id: int) -> NewSlip:
        return NewSlip(
            commune_id=commune_id,
            person_id=person_id,
            paper=self.paper.data or "",
            is_phone_lost=bool(self.is_phone_lost.data),
            drops_second_factor=bool(self.drops_second_factor.data),
        )
