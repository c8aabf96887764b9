"""Vietnamese phone numbers, one form however they are typed."""

import re
from typing import Self

# Not of the standard library, alone in these packages: the number plan changes, and its keepers publish it as data.
import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, PhoneNumberType

from market.values.text import half_width

_LETTERS = re.compile(r"[^\W0-9]")
"""Letters, which the library would dial, and the digits of scripts that nobody here types."""
_HERE = re.compile(r"\+84[1-9][0-9]{6,11}")
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_PERSONAL = (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE)
_WRONG = "Số điện thoại chưa đúng. Số di động có 10 chữ số, ví dụ 0912 345 678."


class Phone(str):
    """A phone number in E.164 (`+84912345678`). A login handle, never an identity: families share one.

    Three ways to one, each a ValueError for anything else:

    - `Phone(text)`: a number new to the market, as typed. Mobile numbers and landlines of Vietnam's number plan alone.
    - `Phone.written(text)`: a number that is looked for, as typed. What was taken once stays a number whatever the plan
      says later, so the plan is not asked.
    - `Phone.stored(text)`: a number as a database holds it.
    """

    __slots__ = ()

    def __new__(cls, text: str) -> "Phone":
        number = cls.written(text)
        if phonenumbers.number_type(phonenumbers.parse(number)) not in _PERSONAL:
            raise ValueError(_WRONG)
        return number

    @classmethod
    def written(cls, text: str) -> Self:
        """The number of Vietnam that a text writes, whether the number plan has it or not."""
        typed = half_width(text)
        try:
            read = phonenumbers.parse("" if _LETTERS.search(typed) else typed, "VN")
        except NumberParseException as error:
            raise ValueError(_WRONG) from error
        number = phonenumbers.format_number(read, PhoneNumberFormat.E164)
        if read.extension or _HERE.fullmatch(number) is None:
            raise ValueError(_WRONG)
        return cls.stored(number)

    @classmethod
    def stored(cls, text: str) -> Self:
        """The number as a database holds it; ValueError where it is not even E.164."""
        if _E164.fullmatch(text) is None:
            raise ValueError("a stored phone number is in E.164")
        return super().__new__(cls, text)

    def __reduce__(self) -> tuple[object, tuple[str]]:
        """Copied and pickled as what it is: the plan is not asked again."""
        return Phone.stored, (str(self),)

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
