"""A picture as a phone sends it: from the camera, out of the phone, or kept from the last try."""

from collections.abc import Callable
from typing import Any, Self

from wtforms import Field, ValidationError

from market.base.errors import Refused
from market.base.secrets import is_signed, sign
from market.catalog import pictures
from market.catalog.rules import KeptPhoto
from market.web.base.forms import BaseForm, KeyField, UploadField, ValueField
from market.web.base.outages import refusing_when_unwritable
from market.web.base.refusals import note_refusal

KEPT_PHOTO = "kept-photo"


class KeptPhotoField(ValueField):
    """A picture sent before and kept in storage, named by a signed text, so that a wrong price does not lose it."""

    data: KeptPhoto | None

    def read(self, text: str) -> KeptPhoto | None:
        named, _, signature = text.rpartition(".")
        if not is_signed(KEPT_PHOTO, named, signature):
            return None
        key, width, height, *digest = named.split(".")
        photo = KeptPhoto(key=key, width=int(width), height=int(height), digest="".join(digest))
        return photo if pictures.is_kept(key) else None

    def show(self, value: KeptPhoto) -> str:
        named = f"{value.key}.{value.width}.{value.height}.{value.digest}"
        return f"{named}.{sign(KEPT_PHOTO, named)}"

    def _value(self) -> str:
        return self.show(self.data) if self.data else ""


class PhotoForm(BaseForm):
    """One picture: from the camera, out of the phone, or kept from the last try. One that comes now is stored while the
    form is validated, under the key that `reserve` draws against the stall's quota."""

    camera = UploadField("Chụp ảnh")
    photo = UploadField("Chọn ảnh có sẵn")
    kept_photo = KeptPhotoField()
    client_key = KeyField()
    keeps_files = True
    missing = "Mời chụp hoặc chọn một ảnh của món hàng."
    reserve: Callable[[], str]

    @classmethod
    def of_stall(cls, reserve: Callable[[], str], **kwargs: Any) -> Self:
        """The form as posted to a stall, or as merely opened: filled from `data=` then, where it is given."""
        form = cls.of_request(**kwargs)
        form.reserve = reserve
        return form

    @property
    def is_said(self) -> bool:
        """Whether a picture was chosen, or comes back from the last try."""
        return self.is_posted and bool(self.camera.size or self.photo.size or self.kept_photo.data)

    @property
    def photo_key(self) -> str | None:
        """What counts the picture once: the form's one key also counts an amount that is added."""
        return f"anh.{self.client_key.data}" if self.client_key.data else None

    def validate_photo(self, field: Field) -> None:
        sent = next((one for one in (self.camera, self.photo) if one.size), None)
        if sent is not None:
            self.kept_photo.data = self._keep(sent)
        elif self.kept_photo.data is None:
            raise ValidationError(self.missing)

    def _keep(self, sent: UploadField) -> KeptPhoto:
        try:
            pictures.refuse_heavy(sent.size)
            with refusing_when_unwritable():
                return pictures.keep(sent.content() or b"", key=self.reserve())
        except Refused as error:
            note_refusal(error)
            self.wrong_status = error.status
            raise ValidationError(error.sentence) from error
