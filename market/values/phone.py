"""Vietnamese phone numbers, one form however they are typed."""

import re
from typing import Self

# Not of the standard library, alone in these packages: the number plan changes, and its keepers publish it as data.
import phonenumbers
from phonenumbers import PhoneNumberType

_SEPARATORS = re.compile(r"[\s.\-()\u00a0]+")
_TYPED = re.compile(r"(?:\+84|0084|84|0)?([1-9][0-9]{6,11})")
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_PERSONAL = (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE)


class Phone(str):
    """A phone number in E.164 (`+84912345678`). A login handle, never an identity: families share one.

    `Phone(text)` reads what is typed and takes mobile numbers and landlines of Vietnam's number plan alone. What was
    taken once stays a number whatever the plan says later: `Phone.stored` does not ask the plan.
    """

    __slots__ = ()

    def __new__(cls, text: str) -> "Phone":
        found = _TYPED.fullmatch(_SEPARATORS.sub("", text))
        if found is None or _kind(found[1]) not in _PERSONAL:
            raise ValueError("Số điện thoại chưa đúng. Số di động có 10 chữ số, ví dụ 0912 345 678.")
        return super().__new__(cls, f"+84{found[1]}")

    @classmethod
    def stored(cls, text: str) -> Self:
        """The number as a database holds it; ValueError where it is not even E.164."""
        if _E164.fullmatch(text) is None:
            raise ValueError("a stored phone number is in E.164")
        return super().__new__(cls, text)

    @property
    def digits(self) -> str:
        """`0912345678`"""
        return f"0{self[3:]}"

    @property
    def national(self) -> str:
        """`0912 345 678`"""
        return f"{self.digits[:4]} {self.digits[4:7]} {self.digits[7:]}"

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


def _kind(national: str) -> int:
    """What the plan says a number is: mobile, landline, or else."""
    return phonenumbers.number_type(phonenumbers.PhoneNumber(country_code=84, national_number=int(national)))
