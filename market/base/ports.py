"""What lower slices ask of those above them; what outside systems ask to have entered."""

from dataclasses import dataclass
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

    def notice(self, notice_id: int) -> str:
        """The page of what a notice is about, at its commune's host. It opens nothing by itself: the page asks who is
        there, or for the last digits of the phone of the order."""


class Directory(Protocol):
    """The phone numbers that the market knows."""

    def phones(self, notice_id: int) -> tuple[Phone, ...]:
        """Of those a notice is for, each once, the first to be called first; none where nobody left one."""


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
