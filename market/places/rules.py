"""What a commune may be called, and at which host it may be reached."""

import re
from contextlib import suppress

from market.base.errors import Refused

PURCHASES = "BN"
"""Begins the codes of purchases, in every commune."""
_CODE = re.compile(r"[0-9]{5}")
_LETTERS = re.compile(r"[A-HJKMNP-TV-Z]{2}")
_HOST = re.compile(r"(?=.{1,253}\Z)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)+")
_EMAIL = re.compile(r"(?=.{6,254}\Z)[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,63}")


def check_code(code: str) -> str:
    """A commune's national code; Refused where it is none (decision 124/2004/QĐ-TTg: five digits)."""
    if not _CODE.fullmatch(code):
        raise Refused("bad_code", f"Mã xã gồm 5 chữ số, như 11086; đã ghi “{code}”.")
    return code


def check_letters(letters: str) -> str:
    """The two letters that begin a commune's order codes. I, L, O and U are read as 1, 1, 0 and V when a code is
    typed."""
    if not _LETTERS.fullmatch(letters) or letters == PURCHASES:
        raise Refused("bad_letters", f"Hai chữ đầu mã đơn: A đến Z, trừ I, L, O, U và trừ BN; đã ghi “{letters}”.")
    return letters


def check_host(host: str) -> str:
    """A host name in lower case, without scheme, port or path; one in Vietnamese letters as browsers send it
    (`xn--…`: RFC 5891)."""
    name = host.strip().lower()
    with suppress(UnicodeError):
        name = name.encode("idna").decode()
    if not _HOST.fullmatch(name):
        raise Refused("bad_host", f"Tên máy viết như daison.cho.vn, không kèm https://, cổng hay đường dẫn: “{host}”.")
    return name


def check_email(email: str) -> str:
    """An office's e-mail address: plain, as it stands in a link; Refused where it is none."""
    if not _EMAIL.fullmatch(email):
        raise Refused("bad_email", f"Thư điện tử viết như vanphong@tenxa.gov.vn; đã ghi “{email}”.")
    return email
