"""Schemes as data: who is in on it, whose phones and browsers, which orders. Read from TOML, unknown words refused."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Literal, TypeVar, get_args, get_type_hints

from bench.village.people import End

OURS = Path(__file__).parent.parent / "cheats.toml"

Whose = Literal["scheme", "seller"]
PhoneOf = Literal["invented", "sim", "relative", "stolen", "borrowed", "owner", "helper", "officer"]
DeviceOf = Literal["fresh", "own", "shared", "owner", "once", "helper", "officer", "second-hand"]
Where = Literal["sellers", "others", "next", "accomplices", "honest"]
Code = Literal["read", "public", "none"]
NoticeBy = Literal["none", "own secret", "provider"]
PayerOf = Literal["buyer", "unknown", "own", "owner", "member", "helper"]
Dealt = Literal["each", "round", "three each"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Buyers:
    """Buyers of one sort. `of`: shared by the scheme, or so many for every seller; `account`: days since they signed
    up, 0 without one.

    `phone`: *invented* rings at nobody's, or at a stranger's; *sim* is answered by whoever is in on it; *relative*
    likewise, and is a real person's; *stolen* is a neighbour's who knows nothing; *borrowed* a neighbour's with their
    account, who plays along. `device`: *fresh* is new for every order, *own* the buyer's, *shared* one for the whole
    scheme, *once* one on which the seller was signed in long ago, *second-hand* one with which an honest buyer ordered.
    """

    name: str
    count: int = 1
    of: Whose = "scheme"
    phone: PhoneOf
    device: DeviceOf
    account: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Orders:
    """Orders of one sort: of the buyers named (`owners`: the sellers themselves, signed in), at these shops.

    `at`: *sellers* are all of the scheme (a seller's own buyers: that seller), *others* the remaining ones, *next* the
    next in the ring, *honest* shops that know nothing. `deal`: *each* buyer at each shop, *round* one shop a buyer in
    turn, *three each* three. `ago`: days before the cut-off of the first; a buyer's orders are `every` so many days and
    `minutes_apart`, different buyers' orders `apart`; `amount` in đồng; `minutes` after midnight.

    `code`: *read* on the browser that ordered, *public* on the order's public page. `payer`: whose account the money
    comes from, *own* the seller's second, *owner* that of the seller whose buyer it is.
    """

    by: str
    at: Where = "sellers"
    deal: Dealt = "each"
    amount: int
    times: int = 1
    ago: int = 45
    every: int = 0
    apart: int = 0
    minutes: int = 600
    minutes_apart: int = 0
    code: Code = "read"
    notice: NoticeBy = "none"
    payer: PayerOf = "buyer"
    keeper: bool = False
    end: End = "completed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheme:
    """One way to cheat. `sellers` want to be counted, `accomplices` are stalls that do not; `helper`: the hamlet's
    helper acts for all of them; `vouches`: an officer is in on it and says that what is flagged counts; `one_family`:
    the sellers share a phone, a browser and a bank account; `opened`: days since the stalls opened; `hamlets`: over so
    many of them the stalls are spread in turn."""

    name: str
    told: str
    trial: bool = False
    sellers: int = 1
    accomplices: int = 0
    helper: bool = False
    vouches: bool = False
    one_family: bool = False
    opened: int = 360
    hamlets: int = 1
    buyers: tuple[Buyers, ...] = ()
    orders: tuple[Orders, ...]


T = TypeVar("T")


def read_schemes(path: Path) -> tuple[Scheme, ...]:
    """The schemes of a file; ValueError names what it does not know."""
    tables = tomllib.loads(path.read_text("utf-8"))["scheme"]
    return tuple(_scheme(table) for table in tables)


def _scheme(table: Mapping[str, object]) -> Scheme:
    parts = {"buyers": (), "orders": ()} | dict(table)
    for name, kind in (("buyers", Buyers), ("orders", Orders)):
        parts[name] = tuple(_read(kind, one) for one in parts[name])  # type: ignore[attr-defined]
    return _read(Scheme, parts)


def _read(kind: type[T], table: Mapping[str, object]) -> T:
    hints = get_type_hints(kind)
    if unknown := set(table) - {one.name for one in fields(kind)}:  # type: ignore[arg-type]
        raise ValueError(f"{kind.__name__} knows no {', '.join(sorted(unknown))}")
    for name, value in table.items():
        choices = get_args(hints[name]) if isinstance(value, str) else ()
        if choices and value not in choices:
            raise ValueError(f"{name} is one of {', '.join(choices)}, not {value!r}")
    return kind(**table)
