"""Vietnamese phone numbers, one form however they are typed."""

import re

_SEPARATORS = re.compile(r"[\s.\-()\u00a0]+")
# Number plan of Vietnam as published with libphonenumber 9.0: mobile prefixes, then six digits; landlines 02x(x).
_MOBILE = re.compile(r"(?:(?:3\d|7[06-9])\d|5(?:[1689]\d|2[238]|59)|8(?:[1-8]\d|9[6-9])|9(?:[0-8]\d|9[013-9]))\d{6}")
_LANDLINE = re.compile(r"2\d{8,9}")


class Phone(str):
    """A phone number in E.164 (`+84912345678`). A login handle, never an identity: families share one."""

    __slots__ = ()

    def __new__(cls, text: str) -> "Phone":
        digits = _SEPARATORS.sub("", text)
        national = re.sub(r"^(?:\+84|0084|84|0)", "", digits, count=1)
        if not (national.isascii() and (_MOBILE.fullmatch(national) or _LANDLINE.fullmatch(national))):
            raise ValueError("Số điện thoại chưa đúng. Số di động có 10 chữ số, ví dụ 0912 345 678.")
        return super().__new__(cls, f"+84{national}")

    @property
    def digits(self) -> str:
        """`0912345678`"""
        return f"0{self[3:]}"

    @property
    def national(self) -> str:
        """`0912 345 678`"""
        return f"{self.digits[:4]} {self.digits[4:7]} {self.digits[7:]}"

    @property
    def masked(self) -> str:
        """`0912 *** 678`"""
        return f"{self.digits[:4]} *** {self.digits[7:]}"

    @property
    def last4(self) -> str:
        return self[-4:]

    @property
    def is_mobile(self) -> bool:
        return not self.startswith("+842")

    @property
    def tel_uri(self) -> str:
        return f"tel:{self}"

    @property
    def zalo_uri(self) -> str:
        return f"https://zalo.me/{self.digits}"
