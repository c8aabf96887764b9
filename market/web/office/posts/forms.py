"""The form of a post."""

from datetime import date

from wtforms.validators import ValidationError

from market.sellers.actions import NewPost
from market.sellers.models import PostRole
from market.web.base.forms import BaseForm, ChoiceField, KnownPhoneField, TextField, at_most, required
from market.web.office.register.forms import Pairs, _one_of

ROLES = {PostRole.HELPER: "Thành viên Tổ công nghệ số của thôn", PostRole.OFFICER: "Cán bộ phòng"}


class PostForm(BaseForm):
    phone = KnownPhoneField("Số điện thoại đăng nhập của người đó", [required("Mời viết số điện thoại.")])
    name = TextField("Họ và tên người đó", [required("Mời viết họ và tên."), at_most(80)])
    role = ChoiceField("Vai trò", choices={role.value: word for role, word in ROLES.items()})
    hamlet = ChoiceField("Thôn phụ trách")

    def offer(self, hamlets: Pairs) -> None:
        self.hamlet.choices = _one_of(hamlets, "Không theo thôn")

    def validate_hamlet(self, field: ChoiceField) -> None:
        if self.role.data == PostRole.HELPER and not field.data:
            raise ValidationError("Thành viên Tổ công nghệ số phụ trách một thôn: mời chọn thôn.")

    def as_new_post(self, commune_id: int, person_id: int, today: date) -> NewPost:
        role = PostRole(self.role.data)
        return NewPost(
            commune_id=commune_id,
            person_id=person_id,
            role=role,
            hamlet_id=int(self.hamlet.data) if role is PostRole.HELPER else None,
            starts_on=today,
        )
