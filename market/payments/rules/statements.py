"""A bank's statement as a seller's file has it: which column is what, and what each row says came in.

Titles: as the exports of Vietcombank, BIDV, VietinBank, Agribank, MB, Techcombank and ACB have them, November 2026.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from hashlib import sha256

from market.base.spreadsheets.intake import SKIPPED, TableLine, Vocabulary
from market.values.codes import squash
from market.values.period import VIETNAM
from market.values.text import fold

STATEMENT = "sao-ke"
"""What stands in the place of a provider's name where a seller's own file told: nobody is asked, nobody calls."""
DATE, CREDIT, DEBIT, AMOUNT = "ngay", "co", "no", "so_tien"
MEMO, REFERENCE, BALANCE, PAYER = "noi_dung", "tham_chieu", "so_du", "nguoi_chuyen"
FIELD_WORDS: Mapping[str, str] = {
    DATE: "Ngày giao dịch",
    CREDIT: "Tiền vào",
    DEBIT: "Tiền ra",
    AMOUNT: "Số tiền, tiền ra có dấu trừ",
    MEMO: "Nội dung",
    REFERENCE: "Số tham chiếu",
    BALANCE: "Số dư",
    PAYER: "Số tài khoản người chuyển",
    SKIPPED: "Không dùng",
}
"""What a column may be said to be, the most needed first."""
HEADER_WITHIN = 60
"""Rows: the name, the address and the sums of an account stand above its table."""
_LARGEST = 10**13

_TITLES = tuple(
    (said, re.compile(pattern))
    for said, pattern in (
        (SKIPPED, r"stt\b.*|so thu tu.*|ten .*|(?:loai tien|currency|ccy).*|remitter(?: bank)?|.*\bngan hang\b.*"),
        (BALANCE, r".*\bso du\b.*|.*\bbalance\b.*|luy ke.*"),
        (PAYER, r".*(?:tai khoan|tk|account).*(?:doi ung|nguoi chuyen|doi tac|remitter|counter|corresponsive).*"),
        (DATE, r"(?:ngay|thoi gian|gio)\b.*|.*\b(?:date|time)\b.*"),
        (CREDIT, r".*\b(?:ghi co|phat sinh co|ps co|tien co|credit|tien vao|gui vao|tien gui)\b.*"),
        (DEBIT, r".*\b(?:ghi no|phat sinh no|ps no|tien no|debit|tien ra|rut ra|tien rut)\b.*"),
        (REFERENCE, r".*\b(?:tham chieu|reference|ref|but toan|transaction (?:no|id|number)|trace)\b.*"),
        (REFERENCE, r"(?:so|ma) (?:ct|chung tu|giao dich|gd)\b.*|.*\bdoc no\b.*"),
        (MEMO, r".*\b(?:noi dung|dien giai|mo ta|description|details?|narrative|remarks?|chi tiet)\b.*"),
        (AMOUNT, r"(?:so tien|gia tri|amount|phat sinh)\b.*|.*\bamount\b.*"),
    )
)
_DEBIT_ALONE, _CREDIT_ALONE = re.compile(r"n[ợơ]\b.*", re.IGNORECASE), re.compile(r"c[óo]\b.*", re.IGNORECASE)
_ACCOUNT = re.compile(r"(?<![0-9])[0-9](?:[ .-]?[0-9]){5,18}(?![0-9])")
_ABOUT_ACCOUNT = re.compile(r"\b(?:so )?(?:tai khoan|tk|account)\b")
_DAY = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4}|[0-9]{2})|([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
_TIME = re.compile(r"(?<![0-9:])([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?(?![0-9:])")
_SIGNS = re.compile(r"(?:vnd|vnđ|đ|₫|dong|đồng)\.?$", re.IGNORECASE)
_PLAIN = re.compile(r"[0-9]{1,13}")


# --- columns --------------------------------------------------------------------------------------------------------


def vocabulary(said: Mapping[str, str]) -> Vocabulary:
    """How statements are read; `said`: folded title -> field or SKIPPED, as the stall's people said."""
    return Vocabulary(
        field_of=partial(_field_of, said),
        is_header=_is_header,
        headings_of=_headings_of,
        needed=(DATE,),
        header_within=HEADER_WITHIN,
    )


def _field_of(said: Mapping[str, str], title: str) -> str:
    words = fold(title)
    if (known := said.get(words)) is not None:
        return known
    if not words or len(words) > 80:
        return ""
    if words in ("no", "no debit", "co", "co credit"):
        return DEBIT if _DEBIT_ALONE.match(title) else CREDIT if _CREDIT_ALONE.match(title) else ""
    return next((one for one, pattern in _TITLES if pattern.fullmatch(words)), "")


def _is_header(fields: Collection[str]) -> bool:
    return DATE in fields and (CREDIT in fields or AMOUNT in fields)


def _headings_of(_text: str) -> Collection[str]:
    return ()


def head_hash(titles: Iterable[str]) -> str:
    """What tells statements of one head from others."""
    return sha256("|".join(fold(one) for one in titles).encode()).hexdigest()


def accounts_named(texts: Iterable[str]) -> list[str]:
    """The numbers that texts above a table call an account's."""
    found = (one for text in texts if _ABOUT_ACCOUNT.search(fold(text)) for one in _ACCOUNT.findall(text))
    return list(dict.fromkeys(re.sub(r"[ .-]", "", one) for one in found))


# --- rows -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementLine:
    """A row: what came in, or why it is not taken (`why`). `key` tells it from every other row of the account, in
    whichever file it comes again."""

    number: int
    why: str = ""
    amount: int = 0
    memo: str = ""
    bank_ref: str = ""
    occurred_at: datetime | None = None
    payer: str = field(default="", repr=False)
    key: str = ""


NO_ROW = "Không phải dòng giao dịch."
WENT_OUT = "Tiền ra, không phải tiền khách trả."
NO_MONEY = "Không có số tiền vào."
ODD_DAY = "Không đọc được ngày “{}”: cần dạng 24/11/2026."
ODD_AMOUNT = "Không đọc được số tiền “{}”: cần số đồng chẵn, như 150.000."
BOTH_WAYS = "Vừa có tiền vào vừa có tiền ra trên một dòng."


def lines_of(rows: Iterable[TableLine], *, knows_numbers: bool) -> list[StatementLine]:
    """What each row says, equal rows told apart by their order: two true transfers may look the same to the đồng.
    `knows_numbers`: the file says which cells hold numbers, as a workbook does and a CSV does not."""
    seen: dict[str, int] = {}
    return [_keyed(_line(row, knows_numbers=knows_numbers), row, seen) for row in rows]


def _keyed(line: StatementLine, row: TableLine, seen: dict[str, int]) -> StatementLine:
    if line.why or line.occurred_at is None:
        return line
    day, reference = f"{line.occurred_at.astimezone(VIETNAM):%Y%m%d}", squash(line.bank_ref)
    if reference:
        same = f"ref:{reference}:{day}:{line.amount}"
    else:
        balance = squash(row.cells.get(BALANCE, "").split(",00")[0])
        said = "|".join((day, str(line.amount), squash(line.memo), balance))
        same = f"row:{sha256(said.encode()).hexdigest()[:32]}"
    seen[same] = seen.get(same, 0) + 1
    return StatementLine(
        number=line.number,
        amount=line.amount,
        memo=line.memo,
        bank_ref=line.bank_ref,
        occurred_at=line.occurred_at,
        payer=line.payer,
        key=f"{same}:{seen[same]}",
    )


def _line(row: TableLine, *, knows_numbers: bool) -> StatementLine:
    if not any(one.isdigit() for one in row.cells.get(DATE, "")):
        return StatementLine(number=row.number, why=NO_ROW)
    try:
        amount = _came_in(row, row.numbers if knows_numbers else frozenset())
        day, rest = _moment(row.cells.get(DATE, ""))
    except ValueError as error:
        return StatementLine(number=row.number, why=str(error))
    return StatementLine(
        number=row.number,
        amount=amount,
        memo=row.cells.get(MEMO, ""),
        bank_ref=row.cells.get(REFERENCE, "") or rest,
        occurred_at=day,
        payer=re.sub(r"[ .-]", "", row.cells.get(PAYER, "")).upper(),
    )


def _came_in(row: TableLine, numbers: Collection[str]) -> int:
    """The đồng that a row says came in; ValueError with why it is none."""
    credit, debit = (_amount(row, name, numbers) for name in (CREDIT, DEBIT))
    if credit and debit:
        raise ValueError(BOTH_WAYS)
    if debit or (credit or 0) < 0:
        raise ValueError(WENT_OUT)
    amount = credit or _amount(row, AMOUNT, numbers)
    if not amount:
        raise ValueError(NO_MONEY)
    if amount < 0:
        raise ValueError(WENT_OUT)
    return amount


def _amount(row: TableLine, name: str, numbers: Collection[str]) -> int | None:
    """The đồng of a cell, with a minus where it says so; None where there is nothing in it."""
    text = row.cells.get(name, "").strip()
    if not text or text in ("-", "–"):
        return None
    try:
        return amount_of(text, is_number=name in numbers)
    except ValueError as error:
        raise ValueError(ODD_AMOUNT.format(text[:30])) from error


def amount_of(text: str, *, is_number: bool = False) -> int:
    """Đồng as banks write them: `1.234.567`, `1,234,567.00`, `+150,000 VND`, `(150.000)`. `is_number`: the cell held a
    number, whose only point is a decimal one. ValueError for anything else."""
    bare = _SIGNS.sub("", text.replace("\u00a0", " ").strip()).strip()
    is_negative = bare.startswith("-") or (bare.startswith("(") and bare.endswith(")"))
    bare = bare.strip("()").lstrip("+-").replace(" ", "").replace("'", "")
    whole, point, part = _parted(bare, is_number=is_number)
    if (point and (not part or part.strip("0"))) or not _PLAIN.fullmatch(whole) or int(whole) >= _LARGEST:
        raise ValueError("not an amount")
    return -int(whole) if is_negative else int(whole)


def _parted(bare: str, *, is_number: bool) -> tuple[str, str, str]:
    """The digits before the decimal sign, the sign, and those after it."""
    last = max(bare.rfind("."), bare.rfind(","))
    if last < 0:
        return bare, "", ""
    sign, other = bare[last], "," if bare[last] == "." else "."
    is_decimal = is_number or (bare.count(sign) == 1 and (other in bare or len(bare) - last - 1 != 3))
    whole = bare[:last] if is_decimal else bare
    groups = re.split("[.,]", whole)
    if len(groups) > 1 and any(len(group) != 3 for group in groups[1:]):
        raise ValueError("not grouped by thousands")
    return "".join(groups), sign if is_decimal else "", bare[last + 1 :] if is_decimal else ""


def _moment(text: str) -> tuple[datetime, str]:
    """The day, with the hour where it says one, and what else stands in the cell: some banks write a number below it.
    ValueError with what is odd."""
    found = _DAY.search(text)
    if found is None:
        raise ValueError(ODD_DAY.format(text[:30]))
    day, month, year, year_first, month_second, day_last = found.groups()
    time = _TIME.search(text[: found.start()] + " " + text[found.end() :])
    hour, minute, second = (int(part or 0) for part in time.groups()) if time else (0, 0, 0)
    whole_year = int(year or year_first)
    try:
        at = datetime(
            whole_year + 2000 if whole_year < 100 else whole_year,
            int(month or month_second),
            int(day or day_last),
            hour,
            minute,
            second,
            tzinfo=VIETNAM,
        )
    except ValueError as error:
        raise ValueError(ODD_DAY.format(text[:30])) from error
    rest = _TIME.sub(" ", text[: found.start()] + " " + text[found.end() :]).strip()
    return at, rest if squash(rest) and not rest.isalpha() else ""
