"""What lower slices ask of those above them; what outside systems ask to have entered."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from market.values.phone import Phone


class Links(Protocol):
    """Whole addresses of one commune's market, for what is printed, written into files or given to other machines."""

    @property
    def host(self) -> str:
        """The market's address in few words: `cho.vn`."""

    def at(self, host: str | None) -> "Links":
        """Those of the commune with this host; None: of one without, at the installation's own address."""

    def stamp(self, code: str) -> str:
        """The page of a stamp, which ends in its code in capitals: `https://cho.vn/T/7K3M9PXQ2RP`."""

    def picture(self, key: str) -> str:
        """A picture as JPEG."""

    def webhook(self, provider: str, key: str) -> str:
        """Where a bank's feed or a card gateway calls."""

    def notice(self, notice_id: int, *, to_signed_in: bool = False) -> str:
        """The page of what a notice is about, at its commune's host, for the one it is for. A stall's people are given
        the signed address of an order that waits for their answer, unless it goes where they are signed in; any other
        opens nothing by itself: the page asks who is there, or for the last digits of the phone of the order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contactable:
    """One of those a notice is for (None: who has no account), and their numbers, the first to be called first."""

    person_id: int | None
    phones: tuple[Phone, ...] = field(default=(), repr=False)


class Directory(Protocol):
    """What the market knows of those whom notices are for."""

    def people(self, notice_id: int) -> tuple[Contactable, ...]:
        """Those a notice is for, each once, owners first; none where nobody is known, or all were erased."""

    def browsers_of_person(self, commune_id: int, person_id: int) -> Sequence[int]:
        """The push subscriptions of the browsers on which a person is signed in at a commune's market, newest first."""

    def browsers_of_guest(self, commune_id: int, *, order_id: int | None, purchase_id: int | None) -> Sequence[int]:
        """Those of the browser that placed a purchase without an account, and opens it still."""

    def is_over(self, notice_id: int) -> bool:
        """Whether what a notice asks for is done by now, so that nobody needs to hear it any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingField:
    """One thing an outside system asks to have entered under `name`, kept secret and never shown again.

    `called` is what a sentence calls it, in lower case. `least` and `most`: how many characters it has.
    """

    name: str
    label: str
    called: str
    hint: str
    least: int
    most: int = 200
