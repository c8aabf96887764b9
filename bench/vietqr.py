"""VietQR payloads, validated value types and all, against bare f-strings that check nothing."""

import time
from binascii import crc_hqx
from collections.abc import Callable, Iterator

from bench.figures import Figure, at_least
from market.payments.rules.vietqr import Beneficiary, Transfer

COUNT = 20_000
ROUNDS = 7
LEAST = 0.3
NUMBER = "3607205012345"


def bare(bin_: str, number: str, amount: int, memo: str) -> str:
    """The same text with nothing checked: what a script of one line would write."""
    account = f"0006{bin_}01{len(number):02d}{number}"
    napas = f"0010A00000072701{len(account):02d}{account}0208QRIBFTTA"
    paid, more = str(amount), f"08{len(memo):02d}{memo}"
    text = f"00020101021238{len(napas):02d}{napas}530370454{len(paid):02d}{paid}5802VN62{len(more):02d}{more}6304"
    return f"{text}{crc_hqx(text.encode(), 0xFFFF):04X}"


def ours(bin_: str, number: str, amount: int, memo: str) -> str:
    return Transfer(to=Beneficiary(bin=bin_, number=number), amount=amount, memo=memo).payload()


def _second(make: Callable[[str, str, int, str], str]) -> float:
    started = time.process_time()
    for amount in range(1000, 1000 + COUNT):
        make("970405", NUMBER, amount, "DS7K2M9PM")
    return time.process_time() - started


def run() -> Iterator[Figure | str]:
    if bare("970405", NUMBER, 395_000, "DS7K2M9PM") != ours("970405", NUMBER, 395_000, "DS7K2M9PM"):
        raise AssertionError("the two write different payloads")
    rounds = [(_second(bare), _second(ours)) for _ in range(ROUNDS)]
    plain, checked = min(one for one, _ in rounds), min(other for _, other in rounds)
    note = f"{COUNT / checked:,.0f} payloads/s"
    yield at_least("VietQR payloads against bare f-strings", plain / checked, "x", LEAST, note=note)
