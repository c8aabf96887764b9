"""Who lives in the simulated commune, as handles: rows are written by `Commune`, what they do by others."""

from dataclasses import dataclass
from typing import Literal

End = Literal["completed", "refunded", "cancelled", "open"]


@dataclass(slots=True, kw_only=True)
class Human:
    """Somebody with a phone, or a made-up number. `person_id` where they have an account, `devices` the browsers they
    use, the usual one first (none: a fresh one every time). `answer` is what they say when the office calls."""

    number: int
    name: str
    phone: str
    devices: list[str]
    hamlet: int
    person_id: int | None = None
    bank: str | None = None
    answer: str = "yes"
    reached: float = 0.6
    uses_account: float = 1.0


@dataclass(slots=True, kw_only=True)
class Household:
    """A business of the register with its people; its stall, opened `stall_days` ago (None: it has none), has the
    business's id. `scheme` names what a cheating one takes part in, `is_wanted` whether it is meant to be counted."""

    business: int
    hamlet: int
    owner: Human
    trade: str
    stall_days: int | None
    connection: int | None = None
    helper: Human | None = None
    scheme: str | None = None
    is_wanted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A bank's notice of an order's money. `is_confirmed`: the provider itself, asked, tells of the same transfer;
    `payer`: the account it came from, where the provider says so."""

    is_confirmed: bool
    payer: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Deal:
    """One order as it went. `code`: the buyer's code was typed at hand-over; `device` the browser that ordered; `days`
    count back from the cut-off."""

    buyer: Human
    days: int
    total: int
    minutes: int = 9 * 60
    device: str | None = None
    signed_in: bool = False
    code: bool = True
    notice: Notice | None = None
    at_keeper: bool = False
    end: End = "completed"

    @property
    def is_completed(self) -> bool:
        return self.end in ("completed", "refunded")
