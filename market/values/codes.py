"""Codes people read out, type and scan: order, purchase, lot and stamp codes, and the GTIN."""

import secrets
import unicodedata
from datetime import date

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford base32: no I, L, O, U, so that a code survives being read over the phone."""

_VALUE = {symbol: value for value, symbol in enumerate(ALPHABET)}
_LOOK_ALIKE = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V"})

TYPED_ALIKE = "0123456789BCFGHJKMNPQRSTVXZ"
"""What Telex and VNI typing leave alone: no vowel to put a mark on, no D and no W."""
_TONES = "SFRXJZ12345"
"""What puts a tone on a vowel before it, or takes one off: Telex's letters, VNI's digits."""
_CHANGED_BY = {
    "A": f"{_TONES}68",
    "E": f"{_TONES}6",
    "I": _TONES,
    "O": f"{_TONES}67",
    "U": f"{_TONES}7",
    "Y": _TONES,
    "D": "9",
}
"""What changes a letter that was typed earlier in the word, however many letters lie between."""

PURCHASE_PREFIX = "BN"
ORDER_BODY = 6
STAMP_BODY = 10
SLIP_SYMBOLS = 12


def check_character(body: str) -> str:
    """The check character of `body`: s = s*3 + value (mod 31), from the left.

    Misses 0.18 % of one-character errors and of neighbouring swaps (only 0 for Z).
    """
    total = 0
    for symbol in body:
        total = (total * 3 + _VALUE[symbol]) % 31
    return ALPHABET[total]


def squash(text: str) -> str:
    """The upper-case letters and digits of `text`: marks dropped, O read as 0, I and L as 1, U as V."""
    bare = unicodedata.normalize("NFKD", text.replace("đ", "d").replace("Đ", "D")).upper()
    return "".join(c for c in bare if c.isascii() and c.isalnum()).translate(_LOOK_ALIKE)


def _fold_prefix(prefix: str) -> str:
    return prefix.translate(_LOOK_ALIKE)


def typed_alike(prefix: str) -> str:
    """The symbols that typing leaves alone in a word that begins with `prefix`, and that leave the prefix alone."""
    changing = {symbol for letter in prefix for symbol in _CHANGED_BY.get(letter, "")}
    return "".join(symbol for symbol in TYPED_ALIKE if symbol not in changing)


def new_code(prefix: str, length: int, symbols: str = ALPHABET) -> str:
    """A random code: prefix + `length` symbols + check character over those symbols, all of them among `symbols`."""
    while True:
        body = "".join(secrets.choice(symbols) for _ in range(length))
        if (check := check_character(body)) in symbols:
            return f"{prefix}{body}{check}"


def parse_code(text: str, prefix: str, length: int) -> str:
    """The canonical code typed or scanned as `text`; ValueError with a sentence for people if it is not one."""
    squashed = squash(text)
    head = _fold_prefix(prefix)
    body = squashed[len(head) : -1]
    if not squashed.startswith(head) or len(body) != length:
        raise ValueError(f"Mã gồm {len(prefix) + length + 1} chữ và số, ví dụ như trên biên nhận. Bạn xem lại giúp.")
    if check_character(body) != squashed[-1]:
        raise ValueError("Mã bị sai một ký tự. Bạn xem lại giúp.")
    return f"{prefix}{squashed[len(head) :]}"


def new_order_code(installation: str) -> str:
    """An order code: the installation's two letters, 6 symbols and the check character (9 in all, which every memo
    holds), which no Vietnamese keyboard turns into something else. Codes of before have other symbols, and are good for
    ever."""
    return new_code(installation, ORDER_BODY, typed_alike(installation))


def parse_order_code(text: str, installation: str) -> str:
    return parse_code(text, installation, ORDER_BODY)


def new_purchase_code() -> str:
    return new_code(PURCHASE_PREFIX, ORDER_BODY, typed_alike(PURCHASE_PREFIX))


def parse_purchase_code(text: str) -> str:
    return parse_code(text, PURCHASE_PREFIX, ORDER_BODY)


def new_stamp_code() -> str:
    """A stamp code: 10 random symbols (50 bits) and the check character."""
    return new_code("", STAMP_BODY)


def parse_stamp_code(text: str) -> str:
    return parse_code(text, "", STAMP_BODY)


def new_slip_code() -> str:
    """The code of a slip of paper that is handed over and typed once: 12 random symbols (57 bits)."""
    return "".join(secrets.choice(TYPED_ALIKE) for _ in range(SLIP_SYMBOLS))


def find_codes(memo: str, installation: str) -> tuple[str, ...]:
    """Every distinct valid order code inside a bank's memo, in order of appearance.

    Banks wrap, split, lower-case and de-hyphenate the memo, so the search runs over its squashed form
    and lets a code overlap another: only those whose check character holds are returned.
    """
    squashed = squash(memo)
    head = _fold_prefix(installation)
    size = len(head) + ORDER_BODY + 1
    found: dict[str, None] = {}
    start = squashed.find(head)
    while start != -1:
        body = squashed[start + len(head) : start + size - 1]
        if len(body) == ORDER_BODY and squashed[start + size - 1 : start + size] == check_character(body):
            found[f"{installation}{squashed[start + len(head) : start + size]}"] = None
        start = squashed.find(head, start + 1)
    return tuple(found)


def lot_code(day: date, index: int) -> str:
    """The code of the `index`-th lot (0 = A) of a day: L + yymmdd + letters, A..Z then AA, AB, ..."""
    letters = ""
    index += 1
    while index:
        index, remainder = divmod(index - 1, 26)
        letters = chr(ord("A") + remainder) + letters
    return f"L{day:%y%m%d}{letters}"
