"""Links that open a bank's app with a transfer filled in (dl.vietqr.io): a help, never the only way.

Only the banks known to fill in the transfer are offered (2026-08); `ba` names the receiving bank by the same short
codes, so accounts at a bank without one get no link.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from market.payments.rules.vietqr import Transfer
from market.sellers.rules.banks import BANKS

PAY = "https://dl.vietqr.io/pay"


@dataclass(frozen=True, slots=True, kw_only=True)
class AppLink:
    """A bank's app by the bank's name on screen."""

    name: str
    address: str


def app_links(transfer: Transfer, holder: str) -> Sequence[AppLink]:
    """The apps that fill this transfer in, by their banks' names; none where the receiving bank has no code."""
    receiving = BANKS.get(transfer.to.bin)
    if receiving is None or receiving.app_id is None:
        return ()
    asked = {"ba": f"{transfer.to.number}@{receiving.app_id}", "am": transfer.amount, "tn": transfer.memo, "bn": holder}
    filled = {name: value for name, value in asked.items() if value is not None}
    return tuple(
        AppLink(name=bank.short_name, address=f"{PAY}?{urlencode({'app': bank.app_id} | filled)}")
        for bank in BANKS.values()
        if bank.app_id and bank.prefills
    )
