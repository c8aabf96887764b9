"""What the honest sell: sorts of households, as data.

Every number is an assumption about a commune of 30,000 people, made once for all seeds; none is fitted to the rules.
"""

from dataclasses import dataclass

YEAR = 365


@dataclass(frozen=True, slots=True, kw_only=True)
class Trade:
    """A sort of household: its `share` of all, orders in a year, thousands of đồng of one; `code`: how often the seller
    asks for the buyer's code, `banked`: how many have a feed of bank notices, `outside`: how many orders leave the
    commune, `season`: days back from the cut-off between which it sells."""

    share: float
    orders: tuple[int, int]
    price: tuple[int, int]
    code: float
    banked: float
    outside: float = 0.05
    season: tuple[int, int] = (0, YEAR)


TRADES = {
    "rau": Trade(share=0.22, orders=(20, 60), price=(8, 60), code=0.5, banked=0.10),
    "trứng, gà": Trade(share=0.16, orders=(10, 40), price=(20, 250), code=0.6, banked=0.15),
    "gạo": Trade(share=0.14, orders=(8, 30), price=(90, 500), code=0.7, banked=0.30, outside=0.15),
    "quà bánh": Trade(share=0.10, orders=(15, 45), price=(10, 80), code=0.5, banked=0.15),
    "rươi": Trade(share=0.06, orders=(5, 25), price=(150, 800), code=0.8, banked=0.35, outside=0.3, season=(0, 75)),
    "thêu": Trade(share=0.04, orders=(3, 10), price=(200, 900), code=0.6, banked=0.5, outside=0.6),
    "nhỏ": Trade(share=0.08, orders=(1, 4), price=(15, 150), code=0.8, banked=0.05),
}
CASH_ONLY, NO_SALES, NO_STALL = 0.05, 0.06, 0.09
"""The rest: who never asks for a code, who has sold nothing yet, who is on the register alone."""
