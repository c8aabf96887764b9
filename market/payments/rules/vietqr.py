"""The VietQR payload (EMVCo merchant-presented QR, NAPAS profile 1.5.2): built strictly, read with tolerance."""

import re
import unicodedata
from binascii import crc_hqx
from collections.abc import Container
from dataclasses import dataclass
from enum import StrEnum
from typing import NoReturn

AID = "A000000727"
MOST_MEMO = 25
MOST_DIGITS = 13
_LARGEST = 10**MOST_DIGITS - 1

_BIN = re.compile(r"[0-9]{6}").fullmatch
_NUMBER = re.compile(r"[A-Za-z0-9]{1,19}").fullmatch
_CARD = re.compile(r"9704(?:[0-9]{12}|[0-9]{15})").fullmatch
_MEMO = re.compile(r"[A-Za-z0-9-](?:[A-Za-z0-9 -]{0,23}[A-Za-z0-9-])?").fullmatch
_AMOUNT = re.compile(r"[1-9][0-9]{0,12}").fullmatch
_PRINTABLE = re.compile(r"[ -~]+").fullmatch
_TWO_DIGITS = re.compile(r"[0-9]{2}").fullmatch
_D = str.maketrans("đĐ", "dD")


class QrService(StrEnum):
    """What a transfer QR pays into (tag 38.02): an account, or a NAPAS card by its number."""

    ACCOUNT = "QRIBFTTA"
    CARD = "QRIBFTTC"


class BadTransfer(ValueError):
    """A transfer no QR can be made of; the message is the reason, in Vietnamese."""


class BadPayload(ValueError):
    """A scanned text that is no sound VietQR payload; the message is the reason, in Vietnamese."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Beneficiary:
    """Who is paid: a bank by its BIN (6 digits) and a number of up to 19 letters and digits. Spaces are dropped.

    A number of 16 or 19 digits that begins with 9704 is a card's. BadTransfer for anything else.
    """

    bin: str
    number: str

    def __post_init__(self) -> None:
        if not _BIN(self.bin):
            raise BadTransfer(f"Mã ngân hàng (BIN) gồm đúng 6 chữ số, không phải “{self.bin}”.")
        if not _NUMBER(self.number):
            object.__setattr__(self, "number", _account_number(self.number))

    @property
    def service(self) -> QrService:
        is_card = self.number.startswith("9704") and _CARD(self.number)
        return QrService.CARD if is_card else QrService.ACCOUNT


@dataclass(frozen=True, slots=True, kw_only=True)
class Extras:
    """What a transfer QR may carry besides (tags 52, 59-61 and 62.01-62.07), each printable ASCII. None is needed."""

    mcc: str | None = None
    name: str | None = None
    city: str | None = None
    postcode: str | None = None
    bill: str | None = None
    mobile: str | None = None
    store: str | None = None
    loyalty: str | None = None
    reference: str | None = None
    customer: str | None = None
    terminal: str | None = None

    def __post_init__(self) -> None:
        if self.mcc is not None and not (len(self.mcc) == 4 and self.mcc.isascii() and self.mcc.isdigit()):
            raise BadTransfer("Mã ngành hàng (MCC) gồm đúng 4 chữ số.")
        for field, (word, most) in _EXTRAS.items():
            _check_extra(word, most, getattr(self, field))


_EXTRAS = {
    "name": ("Tên nơi bán", 25),
    "city": ("Tên thành phố", 15),
    "postcode": ("Mã bưu chính", 10),
    "bill": ("Số hóa đơn", 25),
    "mobile": ("Số điện thoại", 25),
    "store": ("Mã cửa hàng", 25),
    "loyalty": ("Mã khách quen", 25),
    "reference": ("Mã tham chiếu", 25),
    "customer": ("Mã khách hàng", 25),
    "terminal": ("Mã quầy", 25),
}
_ADDITIONAL = ("bill", "mobile", "store", "loyalty", "reference", "customer", "terminal")
"""The fields of tag 62 before the memo, in the order of their sub-tags 01 to 07."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """A transfer as a QR asks for it. `amount` in đồng, None lets the payer type it; `memo` loses its marks.

    BadTransfer, with the reason, where the memo or the amount cannot go into a QR as it is.
    """

    to: Beneficiary
    amount: int | None = None
    memo: str | None = None
    is_static: bool = False
    extras: Extras | None = None

    def __post_init__(self) -> None:
        amount, memo = self.amount, self.memo
        if amount is not None and not (type(amount) is not bool and isinstance(amount, int) and 0 < amount <= _LARGEST):
            _refuse_amount(amount)
        if memo is not None and not _MEMO(memo):
            object.__setattr__(self, "memo", _memo(memo))

    @property
    def initiation(self) -> str:
        """`12` (one use) with an amount, unless it is said to be static; else `11`."""
        return "11" if self.amount is None or self.is_static else "12"

    def payload(self) -> str:
        """The text of the QR, CRC included."""
        number, memo, amount = self.to.number, self.memo, self.amount
        length = len(number)
        account = f"0006{self.to.bin}01{length:02d}{number}"
        paid = "" if amount is None else f"54{len(str(amount)):02d}{amount}"
        mcc, place, additional = ("", "", "") if self.extras is None else _extra_tags(self.extras)
        if memo is not None:
            additional = f"{additional}08{len(memo):02d}{memo}"
        if len(additional) > 99:
            raise BadTransfer("Nội dung và các mã kèm theo dài quá 99 ký tự. Mời bỏ bớt.")
        more = f"62{len(additional):02d}{additional}" if additional else ""
        text = (
            f"00020101021{'1' if amount is None or self.is_static else '2'}38{length + 44:02d}0010{AID}01"
            f"{length + 14:02d}{account}0208{self.to.service}{mcc}5303704{paid}5802VN{place}{more}6304"
        )
        return f"{text}{crc_hqx(text.encode(), 0xFFFF):04X}"


def _is_whole(amount: object) -> bool:
    return isinstance(amount, int) and not isinstance(amount, bool)


def _refuse_amount(amount: object) -> NoReturn:
    if not _is_whole(amount):
        raise BadTransfer("Số tiền phải là số đồng chẵn, chỉ gồm chữ số.")
    if isinstance(amount, int) and amount > _LARGEST:
        raise BadTransfer(f"Số tiền dài quá {MOST_DIGITS} chữ số.")
    raise BadTransfer("Số tiền phải lớn hơn 0. Nếu để người trả tự điền thì bỏ hẳn số tiền.")


def _account_number(typed: str) -> str:
    number = typed.replace(" ", "")
    if _NUMBER(number):
        return number
    if not number:
        raise BadTransfer("Chưa có số tài khoản.")
    if len(number) > 19:
        raise BadTransfer("Số tài khoản dài quá 19 ký tự.")
    raise BadTransfer("Số tài khoản chỉ gồm chữ cái không dấu và chữ số.")


def _memo(typed: str) -> str:
    """The memo without Vietnamese marks, NFC and NFD alike; BadTransfer with the reason where that is not enough."""
    parts = unicodedata.normalize("NFD", typed.translate(_D))
    memo = "".join(c for c in parts if not unicodedata.combining(c))
    if _MEMO(memo):
        return memo
    if not memo.strip():
        raise BadTransfer("Nội dung chuyển khoản để trống. Nếu không cần thì bỏ hẳn.")
    if len(memo) > MOST_MEMO:
        raise BadTransfer(f"Nội dung chuyển khoản dài {len(memo)} ký tự, nhiều nhất {MOST_MEMO}.")
    if memo != memo.strip(" "):
        raise BadTransfer("Nội dung chuyển khoản không có dấu cách ở đầu hoặc cuối.")
    raise BadTransfer("Nội dung chuyển khoản chỉ gồm chữ cái, chữ số, dấu cách và dấu gạch nối.")


def _check_extra(word: str, most: int, value: str | None) -> None:
    if value is None:
        return
    if not _PRINTABLE(value):
        raise BadTransfer(f"{word} chỉ gồm chữ không dấu, chữ số và dấu câu thường.")
    if len(value) > most:
        raise BadTransfer(f"{word} dài {len(value)} ký tự, nhiều nhất {most}.")


def _tag(number: str, value: str | None) -> str:
    return "" if value is None else f"{number}{len(value):02d}{value}"


def _extra_tags(extras: Extras) -> tuple[str, str, str]:
    """Tag 52, tags 59 to 61, and what goes into tag 62 before the memo."""
    place = _tag("59", extras.name) + _tag("60", extras.city) + _tag("61", extras.postcode)
    additional = "".join(_tag(f"{at:02d}", getattr(extras, field)) for at, field in enumerate(_ADDITIONAL, start=1))
    return _tag("52", extras.mcc), place, additional


def parse_amount(typed: str) -> int:
    """An amount as a command is given it: digits only, none in front of which stands a 0. BadTransfer otherwise."""
    if _AMOUNT(typed):
        return int(typed)
    if re.fullmatch(r"0+[1-9][0-9]*", typed):
        raise BadTransfer("Số tiền không viết số 0 ở trước.")
    if re.fullmatch(r"-?[0-9]+", typed):
        _refuse_amount(int(typed[:40]))
    raise BadTransfer("Số tiền phải là số đồng chẵn, chỉ gồm chữ số.")


def check_bank(bin_: str, known: Container[str]) -> None:
    """BadTransfer where the BIN is no bank's on the list."""
    if bin_ not in known:
        raise BadTransfer(f"Không có ngân hàng nào nhận VietQR mang mã (BIN) {bin_}.")


# --- reading --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Scanned:
    """What a payload says. Others' codes may hold what ours may not: any memo, tags nobody asked for."""

    initiation: str
    bin: str
    account: str
    service: str
    amount: int | None
    memo: str | None
    name: str | None
    city: str | None
    reference: str | None
    bill: str | None
    crc: str


def read_payload(text: str) -> Scanned:
    """Read a transfer QR's text. BadPayload where a character is wrong, missing or too many, or it pays no account."""
    tags = _root(text)
    for tag, expected in (("00", "01"), ("53", "704"), ("58", "VN")):
        if tags.get(tag) != expected:
            raise BadPayload("Mã này không phải mã VietQR của ngân hàng Việt Nam.")
    if tags.get("01") not in ("11", "12"):
        raise BadPayload("Mã không nói rõ dùng một lần hay nhiều lần.")
    beneficiary, service = _beneficiary(tags)
    additional = _fields(tags["62"]) if "62" in tags else {}
    return Scanned(
        initiation=tags["01"],
        bin=beneficiary.bin,
        account=beneficiary.number,
        service=service,
        amount=_amount(tags.get("54")),
        memo=additional.get("08"),
        name=tags.get("59"),
        city=tags.get("60"),
        reference=additional.get("05"),
        bill=additional.get("01"),
        crc=tags["63"],
    )


def _root(text: str) -> dict[str, str]:
    """The tags of the whole text, once its CRC is known to be right and to end it."""
    head, crc = text[:-4], text[-4:]
    if not head.endswith("6304"):
        raise BadPayload("Mã thiếu phần kiểm tra ở cuối, hoặc thừa ký tự sau nó.")
    if crc != f"{crc_hqx(head.encode('utf-8', 'replace'), 0xFFFF):04X}":
        raise BadPayload("Mã bị sai hoặc thiếu ký tự (phần kiểm tra không khớp).")
    tags = _fields(text)
    if not text.startswith("0002") or list(tags)[-1] != "63":
        raise BadPayload("Các phần trong mã không đứng đúng chỗ.")
    return tags


def _fields(text: str) -> dict[str, str]:
    """Tag -> value of a run of fields: 2 digits of tag, 2 of length (01-99), the value."""
    fields: dict[str, str] = {}
    at = 0
    while at < len(text):
        tag, length = text[at : at + 2], text[at + 2 : at + 4]
        if not (_TWO_DIGITS(tag) and _TWO_DIGITS(length)) or length == "00" or tag in fields:
            raise BadPayload("Mã có một phần không đọc được.")
        value = text[at + 4 : at + 4 + int(length)]
        if len(value) != int(length):
            raise BadPayload("Mã có một phần dài ngắn không đúng như đã ghi.")
        fields[tag] = value
        at += 4 + int(length)
    return fields


def _beneficiary(tags: dict[str, str]) -> tuple[Beneficiary, str]:
    napas = _fields(tags.get("38", ""))
    if napas.get("00") != AID:
        raise BadPayload("Mã này không chuyển tiền qua VietQR (thiếu phần của NAPAS).")
    account = _fields(napas.get("01", ""))
    number = account.get("01", "")
    if not _NUMBER(number):
        raise BadPayload("Số tài khoản trong mã không đúng.")
    try:
        return Beneficiary(bin=account.get("00", ""), number=number), napas.get("02", QrService.ACCOUNT.value)
    except BadTransfer as error:
        raise BadPayload(str(error)) from error


def _amount(text: str | None) -> int | None:
    if text is None:
        return None
    if not _AMOUNT(text):
        raise BadPayload("Số tiền trong mã không phải số đồng chẵn.")
    return int(text)
