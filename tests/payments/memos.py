"""What banks, apps and people make of a memo: shapes seen in public data, over an order's code."""

import random
import unicodedata
from collections.abc import Callable, Mapping

from market.values.codes import ALPHABET

NAMES = ("NGUYEN VAN AN", "Phạm Thị Lan", "LE THI HOA", "Đỗ Văn Sơn", "TRAN VAN CUONG", "Vũ Thị Mai")
WORDS = (
    "chuyen tien",
    "trả tiền rau",
    "thanh toan don hang",
    "ck",
    "tien hang",
    "gui chi Lan",
    "mua gạo nếp",
    "cam on",
)
Mangling = Callable[[random.Random, str], str]


def _digits(draw: random.Random, count: int) -> str:
    return "".join(draw.choice("0123456789") for _ in range(count))


def vietcombank(draw: random.Random, code: str) -> str:
    name, other = draw.choice(NAMES), draw.choice(NAMES)
    return f"MBVCB.{_digits(draw, 10)}.{code}.CT tu {_digits(draw, 13)} {name} toi {_digits(draw, 10)} {other}"


def trace(draw: random.Random, code: str) -> str:
    return f"{_digits(draw, 6)}.{_digits(draw, 6)}.{_digits(draw, 6)}.{code} FT{_digits(draw, 14)}"


def named(draw: random.Random, code: str) -> str:
    return f"{draw.choice(NAMES)} {draw.choice(WORDS)} {code}"


def lower(draw: random.Random, code: str) -> str:
    return f"{draw.choice(WORDS)} {code.lower()} {draw.choice(NAMES).lower()}"


def hyphens(draw: random.Random, code: str) -> str:
    return f"{draw.choice(WORDS)} {code[:2]}-{code[2:5]}-{code[5:]}"


def chunks(draw: random.Random, code: str) -> str:
    at = sorted(draw.sample(range(1, len(code)), 2))
    return f"{draw.choice(WORDS)} {code[: at[0]]} {code[at[0] : at[1]]} {code[at[1] :]} {draw.choice(NAMES)}"


def dots(draw: random.Random, code: str) -> str:
    return f"{'.'.join(code)}. {draw.choice(WORDS)}"


def marks(draw: random.Random, code: str) -> str:
    return unicodedata.normalize("NFD", f"{draw.choice(NAMES)} trả tiền hàng {code} nhé, cảm ơn chị ạ")


def look_alikes(draw: random.Random, code: str) -> str:
    return named(draw, code.replace("0", "O").replace("1", draw.choice("IL")).replace("V", draw.choice("UV")))


def twice(draw: random.Random, code: str) -> str:
    return f"{code} {draw.choice(WORDS)} {code}"


def token_before(draw: random.Random, code: str) -> str:
    return f"CS{_digits(draw, 2)}LL{draw.choice('IOA')}O{_digits(draw, 3)} {code}"


def wallet(draw: random.Random, code: str) -> str:
    return f"{code} MOMO-{_digits(draw, 11)}-MOMOW2W-CASHIN"


def wrapped(draw: random.Random, code: str) -> str:
    at = draw.randrange(1, len(code))
    return f"{draw.choice(WORDS)}\n{code[:at]}\r\n{code[at:]}\t{draw.choice(NAMES)}"


def wide(draw: random.Random, code: str) -> str:
    return f"{''.join(chr(ord(one) + 0xFEE0) for one in code)} {draw.choice(WORDS)}"


def pictures(draw: random.Random, code: str) -> str:
    return f"🥬{code}🥬 {draw.choice(WORDS)} 🙏"


CLEAN: Mapping[str, Mangling] = {
    one.__name__: one
    for one in (
        vietcombank,
        trace,
        named,
        lower,
        hyphens,
        chunks,
        dots,
        marks,
        look_alikes,
        twice,
        token_before,
        wallet,
        wrapped,
        wide,
        pictures,
    )
}
"""The code is whole, however it is dressed."""


def typo(draw: random.Random, code: str) -> str:
    at = draw.randrange(2, len(code))
    return named(draw, code[:at] + draw.choice([one for one in ALPHABET if one != code[at]]) + code[at + 1 :])


def swap(draw: random.Random, code: str) -> str:
    places = [at for at in range(2, len(code) - 1) if code[at] != code[at + 1]]
    at = draw.choice(places)
    return named(draw, code[:at] + code[at + 1] + code[at] + code[at + 2 :])


def cut(draw: random.Random, code: str) -> str:
    return named(draw, code[:-1])


def left_out(draw: random.Random, code: str) -> str:
    at = draw.randrange(2, len(code) - 1)
    return named(draw, code[:at] + code[at + 1 :])


SLIPPED: Mapping[str, Mangling] = {one.__name__: one for one in (typo, swap, cut, left_out)}
"""The code is not whole: never matched by itself, suggested where the amount is right too."""
