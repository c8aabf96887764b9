"""Cells of a spreadsheet as people and Excel write them: phones, tax codes, days. Each is read, or says why it is not.

A code that Excel took for a number has lost the zeros before it; which ones, is not always to be told.
"""

import calendar
import re
from collections.abc import Collection
from datetime import date, timedelta

from market.values.phone import Phone
from market.values.taxid import TaxId
from market.values.text import fold, half_width

_ERROR = re.compile(r"#(?:REF!|N/A|VALUE!|DIV/0!|NAME\?|NULL!|NUM!|SPILL!|CALC!|GETTING_DATA|#+)|=.*")
_SHORTENED = re.compile(r"\d[.,]\d+[eE]\+?\d+")
_ASIDE = re.compile(r"\([^)]*[^\W\d][^)]*\)")
_BETWEEN_PHONES = re.compile(r"[/;,|\n]| [-–—] |\s+(?:hoặc|và|hoac|va)\s+")
_OLD_MOBILE = {
    **{f"016{n}": f"03{n}" for n in range(2, 10)},
    "0120": "070",
    "0121": "079",
    "0122": "077",
    "0126": "076",
    "0128": "078",
    "0123": "083",
    "0124": "084",
    "0125": "085",
    "0127": "081",
    "0129": "082",
    "0186": "056",
    "0188": "058",
    "0199": "059",
}
"""Mobile prefixes of eleven-digit numbers and what they became on 15/9/2018 (plan of the Ministry of Information)."""
_FIRST_DAY, _LAST_YEAR = date(1950, 1, 1), 2100
_EXCEL_DAY_0 = date(1899, 12, 30)


def error_in(text: str) -> str:
    """What a cell says in place of a value (`#REF!`, a formula that was never calculated), else nothing."""
    return text if _ERROR.fullmatch(text) else ""


# --- phones ---------------------------------------------------------------------------------------------------------


def read_phone(text: str, known: Collection[Phone | None] = ()) -> tuple[Phone, str]:
    """The first number that a cell holds, and a sentence on what else it holds; ValueError with a sentence for none.

    `known`: numbers whatever the plan says now.
    """
    for at, part in enumerate(parts := _phone_parts(text)):
        if number := _phone(part, known):
            more = len(parts) > 1
            return number, f"Ô điện thoại “{text[:40]}” có nhiều số, chỉ ghi {number.national}." if more else ""
        if at > 4:
            break
    raise ValueError(f"Số điện thoại “{text[:30]}” chưa đúng nên chưa ghi.")


def _phone_parts(text: str) -> list[str]:
    typed = half_width(text).strip().strip("'’`")
    whole = _ASIDE.sub(" ", typed)
    parts = [part.strip() for part in _BETWEEN_PHONES.split(whole) if re.search(r"\d", part)]
    return parts or [typed]


def _phone(part: str, known: Collection[Phone | None]) -> Phone | None:
    digits = re.sub(r"^[oO](?=[\d\s.]{8})", "0", part)
    digits = re.sub(r"^(\+?84)\s*\(0\)", r"\1", digits)
    digits = re.sub(r"^(?:đt|dt|sđt|sdt|tel|phone|zalo|di động|didong)\s*[:.]?\s*", "", digits, flags=re.IGNORECASE)
    digits = re.sub(r"(\d)\.0$", r"\1", digits)
    bare = re.sub(r"[\s.\-()]", "", digits)
    if re.fullmatch(r"[35789]\d{8}", bare):
        digits = f"0{bare}"
    if re.fullmatch(r"0?1\d{9}", bare) and (now := _OLD_MOBILE.get(f"0{bare.lstrip('0')}"[:4])):
        digits = now + bare[-7:]
    try:
        return Phone(digits)
    except ValueError:
        return _written_before(digits, known)


def _written_before(digits: str, known: Collection[Phone | None]) -> Phone | None:
    """A number of the register that the plan has no more."""
    try:
        written = Phone.written(digits)
    except ValueError:
        return None
    return written if written in known else None


# --- tax codes ------------------------------------------------------------------------------------------------------


def read_tax_id(text: str, *, was_number: bool, known: Collection[str | None] = ()) -> TaxId:
    """A tax code; ValueError with a sentence. `was_number`: Excel has dropped its zeros, and where two codes may be
    meant the one that the register knows (`known`) is."""
    if _SHORTENED.fullmatch(text.strip()):
        raise ValueError(
            f"Mã số thuế “{text}” bị Excel rút gọn mất số cuối nên chưa ghi. Định dạng cột là Text rồi gõ lại."
        )
    digits = re.sub(r"[\s.'’]|^(?:mst|msdn|mã số thuế|mã số)\s*:?\s*", "", half_width(text), flags=re.IGNORECASE)
    digits = re.sub(r"[-–—]+", "-", digits)
    if re.fullmatch(r"\d+0", digits) and re.fullmatch(r"\d+\.0", text.strip()):
        digits = digits[:-1]
    if digits.isascii() and digits.isdigit():
        return _of_digits(digits, was_number=was_number, known=known)
    return _tax_id(digits, text)


def _tax_id(digits: str, text: str) -> TaxId:
    try:
        return TaxId(digits)
    except ValueError as error:
        raise ValueError(f"Mã số thuế “{text[:30]}” nên chưa ghi: {error}") from error


def _of_digits(digits: str, *, was_number: bool, known: Collection[str | None]) -> TaxId:
    if len(digits) in (9, 11):
        return _tax_id(f"0{digits}", digits)
    if not was_number:
        return _tax_id(digits, digits)
    if len(digits) == 10:
        return _ten_digits(digits, known)
    if len(digits) == 12 and not digits.startswith("0"):
        return _tax_id(f"0{digits}", digits)
    return _tax_id(digits, digits)


def _ten_digits(digits: str, known: Collection[str | None]) -> TaxId:
    """Ten digits in a cell that held a number: a code of ten, or one of twelve whose two zeros are lost."""
    long = f"00{digits}"
    if long in known and digits not in known:
        return TaxId(long)
    if not _may_be_citizen(long) or digits in known:
        return _tax_id(digits, digits)
    raise ValueError(
        f"Mã số thuế “{digits}” nên chưa ghi: ô kiểu số nên không rõ là 10 số hay là 12 số mất hai số 0 đầu. "
        "Định dạng cột là Text rồi gõ lại."
    )


def _may_be_citizen(digits: str) -> bool:
    """Whether twelve digits may be a grown person's number: province 001-008, born 1926 to 2010."""
    century, year = int(digits[3]), int(digits[4:6])
    born = 1900 + century // 2 * 100 + year
    return digits[2] in "12468" and 1926 <= born <= 2010


# --- days -----------------------------------------------------------------------------------------------------------


def read_day(text: str) -> tuple[date, str]:
    """The day a cell means, and a sentence where it says a month, a year or a number alone; ValueError with one."""
    typed = half_width(text).strip().strip("'’")
    words = re.sub(r"\s+", " ", typed.lower())
    if re.fullmatch(r"\d{5}(?:\.\d+)?", words):
        return _told(_EXCEL_DAY_0 + timedelta(days=int(words[:5])), text)
    numbers = [int(number) for number in re.findall(r"\d+", re.sub(r"[t ]\d{1,2}:\d{2}.*$", "", words))]
    if fold(re.sub(r"[\d/.\-]", " ", words)) not in _WORDS or not 1 <= len(numbers) <= 3:
        raise ValueError(f"Ngày “{text[:30]}” chưa đúng nên chưa ghi; ghi như 01/07/2025.")
    if re.match(r"\d{4}\D", words):
        numbers.reverse()
    day = _day([1] * (3 - len(numbers)) + numbers, text)
    return (day, "") if len(numbers) == 3 else _told(day, text)


_WORDS = {
    "",
    "ngay",
    "thang",
    "nam",
    "ngay thang nam",
    "ngay thang",
    "thang nam",
    "tu ngay",
    "tu",
    "tu thang",
    "tu nam",
    "t",
}


def _told(day: date, text: str) -> tuple[date, str]:
    if not day >= _FIRST_DAY:
        raise ValueError(f"Ngày “{text[:30]}” chưa đúng nên chưa ghi; ghi như 01/07/2025.")
    return day, f"Ngày “{text[:30]}” hiểu là {day:%d/%m/%Y}."


def _day(numbers: list[int], text: str) -> date:
    day, month, year = numbers
    year += (2000 if year < 50 else 1900) if year < 100 else 0
    if not (
        1 <= month <= 12 and _FIRST_DAY.year <= year <= _LAST_YEAR and 1 <= day <= calendar.monthrange(year, month)[1]
    ):
        raise ValueError(f"Ngày “{text[:30]}” chưa đúng nên chưa ghi; ghi như 01/07/2025.")
    return date(year, month, day)
