"""Tax codes in their three shapes, and the citizen's number."""

import re

_SEPARATORS = re.compile(r"[\s.]+")
_WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)


def check_digit(body: str) -> int:
    """The tenth digit of a tax code after nine: 10 - (sum of d*w mod 11). 10 means that no such code exists."""
    return 10 - sum(int(digit) * weight for digit, weight in zip(body, _WEIGHTS, strict=True)) % 11


class TaxId(str):
    """A tax code: ten digits (checked), ten and a branch `-NNN`, or the person's own twelve (Thông tư 86/2024)."""

    __slots__ = ()

    def __new__(cls, text: str) -> "TaxId":
        code = _SEPARATORS.sub("", text)
        if code.isascii() and re.fullmatch(r"\d{13}", code):
            code = f"{code[:10]}-{code[10:]}"
        if not (code.isascii() and re.fullmatch(r"\d{10}|\d{10}-\d{3}|\d{12}", code)):
            raise ValueError("Mã số thuế có 10 chữ số, 10 chữ số và đuôi -001, hoặc 12 chữ số.")
        if len(code) != 12 and check_digit(code[:9]) != int(code[9]):
            raise ValueError("Mã số thuế sai chữ số kiểm tra. Bạn xem lại giúp.")
        if code.endswith("-000"):
            raise ValueError("Đuôi chi nhánh của mã số thuế không thể là 000.")
        return super().__new__(cls, code)


class CitizenId(str):
    """A citizen's number (CCCD), twelve digits: 3 province, 1 century and sex, 2 birth year, 6 serial."""

    __slots__ = ()

    def __new__(cls, text: str) -> "CitizenId":
        digits = _SEPARATORS.sub("", text)
        if not (digits.isascii() and re.fullmatch(r"0\d{11}", digits)):
            raise ValueError("Số căn cước có 12 chữ số, bắt đầu bằng 0.")
        if not 1 <= int(digits[:3]) <= 96:
            raise ValueError("Số căn cước sai mã tỉnh. Bạn xem lại giúp.")
        return super().__new__(cls, digits)

    @property
    def last4(self) -> str:
        return self[-4:]

    @property
    def birth_year(self) -> int:
        """As the fourth digit (century and sex) and the two after it say."""
        return 1900 + int(self[3]) // 2 * 100 + int(self[4:6])
