"""What somebody proposes to the commune."""

from wtforms import BooleanField

from market.feedback.actions.ideas import NewIdea
from market.feedback.rules.ideas import LONGEST_NAME, LONGEST_TITLE, LONGEST_WORDS
from market.web.base.forms import BaseForm, KeyField, PhoneField, TextField, at_most, optional, required


class IdeaForm(BaseForm):
    client_key = KeyField()
    title = TextField("Ý tưởng, trong một câu", [required("Mời viết ý tưởng trong một câu."), at_most(LONGEST_TITLE)])
    words = TextField("Kể rõ thêm", [required("Mời kể rõ thêm vài câu."), at_most(LONGEST_WORDS)])
    may_publish = BooleanField("Cho đăng góp ý này để bà con cùng đọc")
    signed = TextField("Tên muốn hiện khi đăng", [at_most(LONGEST_NAME)])
    phone = PhoneField("Số máy để xã hỏi thêm", [optional()])
    tell_me = BooleanField("Báo vào tài khoản của tôi khi xã trả lời")

    def as_new(self, commune_id: int, person_id: int | None) -> NewIdea:
        return NewIdea(
            commune_id=commune_id,
            title=self.title.data or "",
            words=self.words.data or "",
            signed=self.signed.data or None,
            phone=self.phone.data,
            person_id=person_id if self.tell_me.data else None,
            may_publish=bool(self.may_publish.data),
            client_key=self.client_key.data,
        )
