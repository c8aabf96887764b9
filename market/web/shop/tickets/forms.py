"""What somebody tells the commune, with pictures, and as much of themselves as they wish."""

from collections.abc import Mapping, Sequence

from wtforms import BooleanField, Field, HiddenField, ValidationError

from market.catalog.rules import KeptPhoto
from market.feedback.actions.tickets import NewTicket, SentBy
from market.feedback.rules.tickets import (
    KIND_WORDS,
    LONGEST_NAME,
    LONGEST_WORDS,
    MOST_PICTURES,
    AboutKind,
    TicketKind,
)
from market.web.base.forms import (
    BaseForm,
    ChoiceField,
    KeyField,
    OneOf,
    PhoneField,
    TextField,
    at_most,
    optional,
    required,
)
from market.web.shop.complaint.forms import PicturesField
from market.web.shop.tickets.pages import TicketPage


class TicketForm(BaseForm):
    """`offer` what it may be about first."""

    client_key = KeyField()
    tai = HiddenField()
    kind = OneOf(
        "Phản ánh chuyện gì?",
        choices={one.value: words for one, words in KIND_WORDS.items()},
        validators=[required("Mời chọn chuyện gì.")],
    )
    about = OneOf("Về ai?", validators=[required("Mời chọn về ai: để chợ không đưa cho chính người ấy.")])
    officer = ChoiceField("Cán bộ nào?")
    hamlet = ChoiceField("Ở thôn nào?")
    words = TextField("Chuyện thế nào?", [required("Mời kể chuyện."), at_most(LONGEST_WORDS)])
    photos = PicturesField("Ảnh")
    name = TextField("Tên bạn", [at_most(LONGEST_NAME)])
    phone = PhoneField("Số máy để gọi lại", [optional()])
    tell_me = BooleanField("Báo vào tài khoản của tôi khi có trả lời")
    begun = TicketPage()

    def offer(self, page: TicketPage, hamlets: Mapping[int, str], officers: Mapping[int, str]) -> None:
        self.begun = page
        subject = {AboutKind.BUSINESS.value: page.subject.said} if page.subject else {}
        self.about.choices = {
            AboutKind.NOBODY.value: "Không về riêng ai",
            **subject,
            AboutKind.HELPER.value: "Tổ công nghệ số của thôn",
            AboutKind.OFFICER.value: "Một cán bộ xã",
        }
        self.hamlet.choices = {"": "Không rõ, hoặc cả xã"} | {str(key): name for key, name in hamlets.items()}
        self.officer.choices = {"": "Chọn tên"} | {str(key): name for key, name in officers.items()}

    def validate_officer(self, field: Field) -> None:
        if self.about.data == AboutKind.OFFICER and not field.data:
            raise ValidationError("Mời chọn tên. Không biết tên thì mời gửi nơi tiếp nhận ghi ở cuối trang.")

    def validate_hamlet(self, field: Field) -> None:
        if self.about.data == AboutKind.HELPER and not field.data:
            raise ValidationError("Mời chọn thôn của Tổ công nghệ số ấy.")

    def validate_photos(self, field: PicturesField) -> None:
        if field.size > MOST_PICTURES:
            raise ValidationError(f"Gửi nhiều nhất {MOST_PICTURES} ảnh. Mời chọn lại.")

    def as_new(self, commune_id: int, person_id: int | None, photos: Sequence[KeptPhoto]) -> NewTicket:
        about = AboutKind(self.about.data)
        subject = self.begun.subject if about is AboutKind.BUSINESS else None
        return NewTicket(
            commune_id=commune_id,
            kind=TicketKind(self.kind.data),
            words=self.words.data or "",
            page=self.begun.path,
            about=about,
            business_id=subject.business_id if subject else None,
            officer_id=int(self.officer.data) if about is AboutKind.OFFICER else None,
            about_said=subject.said if subject else None,
            hamlet_id=int(self.hamlet.data) if self.hamlet.data else None,
            photos=photos,
            sender=SentBy(
                name=self.name.data or None,
                phone=self.phone.data,
                person_id=person_id if self.tell_me.data else None,
            ),
            client_key=self.client_key.data,
        )
