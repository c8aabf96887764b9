"""SePay asked itself what it knows of a transfer, with a seller's own API token.

Source: developer.sepay.vn, "SePay API v1" and "SePay OAuth2", November 2026. Version 1 of the API is asked because its
numbers are those of the webhook; version 2 names a transaction by a UUID that no webhook brings. Amounts are text
("150000.00"), an unknown token answers 200 with nothing in it, and a token of SePay's test mode opens nothing here.
SePay does not say whose account a payment came from.
"""

import re
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import urlencode

from market.base.errors import OutsideError
from market.base.http import Answer, Call, Http
from market.base.ports import SettingField
from market.payments.banks.sepay.fields import account_number, moment, text, whole
from market.payments.ports import AccessRefused, AskedTooOften, AskedTransfer
from market.payments.rules.checks import ToldTransfer
from market.values.period import local_day

API = "https://my.sepay.vn"
"""Where SePay is asked; nothing that comes with a notice or that a seller enters changes it."""
LIST = "/userapi/transactions/list"
DETAILS = "/userapi/transactions/details"
ACCOUNTS = "/userapi/bankaccounts/list"
MOST_LISTED = 1000
"""So many transactions in one answer stay well below what `base.http` reads of one; SePay itself gives up to 5,000."""
PACE_SECONDS = 0.5
"""Between two calls: SePay takes two a second."""
PATIENCE = Http(read_seconds=8.0, whole_seconds=20.0, tries=1)
"""One try: when to ask again is the market's own plan, which SePay's "not so often" is part of."""
VIRTUAL = frozenset({"970418", "970426", "970448", "970452"})
"""BIDV, MSB, OCB and KienlongBank: there SePay knows a stall's account by a virtual number, which it lists nowhere."""
RETRY_HEADERS = ("x-sepay-userapi-retry-after", "Retry-After")
LONGEST_PAUSE = 3600
USUAL_PAUSE = 60
_TRANSACTION = re.compile(r"[0-9]{1,19}")


@dataclass(frozen=True, slots=True)
class SePayLookup:
    """How SePay is asked: a token of its API. It opens the whole account; only what reads is ever called."""

    fields: tuple[SettingField, ...] = (
        SettingField(
            name="token",
            label="Mã API của SePay",
            called="mã API",
            hint="Trong SePay: mở Cấu hình Công ty, mục API Access, bấm Thêm API, chép mã và dán vào đây. "
            "Mã này xem được mọi phần trong SePay của bạn, đừng đưa cho ai khác. Chợ chỉ dùng để xem giao dịch, cất "
            "kín, không hiện lại.",
            least=16,
        ),
    )

    def client(self, access: Mapping[str, str], *, elsewhere: str | None) -> "SePayBooks":
        return SePayBooks(token=access["token"], base_url=elsewhere or API)


@dataclass(slots=True, kw_only=True)
class SePayBooks:
    """SePay's books of one seller, as `ports.LookupClient` wants them. One call waits for its turn after another."""

    token: str = field(repr=False)
    base_url: str = API
    http: Http = PATIENCE
    pace_seconds: float = PACE_SECONDS
    was_called: bool = False

    def has_account(self, number: str, bin_: str) -> bool:
        """Whether the token's owner has it at SePay. True for a bank where SePay knows accounts by virtual numbers."""
        found = self._get(f"{ACCOUNTS}?{urlencode({'limit': MOST_LISTED})}").get("bankaccounts")
        numbers = {account_number("account_number", one) for one in _rows(found, "bankaccounts")}
        return number in numbers or bin_ in VIRTUAL

    def transfers(self, asked: Sequence[AskedTransfer]) -> Mapping[str, ToldTransfer | None]:
        """Those of a few days are listed in one call; what a list that was cut short does not have is asked one by one.
        What stands in it in a way that cannot be read is left out."""
        rows = self._listed(asked)
        told: dict[str, ToldTransfer | None] = dict(_read(rows))
        is_whole = len(rows) < MOST_LISTED
        unread = {str(row.get("id")) for row in rows} - told.keys()
        for number in sorted({one.provider_txn_id for one in asked} - told.keys() - unread):
            told[number] = None if is_whole else self._one(number)
        return {number: told[number] for number in (one.provider_txn_id for one in asked) if number in told}

    def _listed(self, asked: Sequence[AskedTransfer]) -> list[Mapping[str, object]]:
        """Every transaction of the days asked about, and of the day after: SePay's limits are days, and whether the
        last is meant to its end is not said."""
        days = [local_day(one.occurred_at) for one in asked]
        wanted = {
            "transaction_date_min": min(days).isoformat(),
            "transaction_date_max": (max(days) + timedelta(days=1)).isoformat(),
            "limit": MOST_LISTED,
        }
        return _rows(self._get(f"{LIST}?{urlencode(wanted)}").get("transactions"), "transactions")

    def _one(self, provider_txn_id: str) -> ToldTransfer | None:
        """One transaction by its number; None where SePay knows none. OutsideError where it cannot be read."""
        if not _TRANSACTION.fullmatch(provider_txn_id):
            return None
        found = self._get(f"{DETAILS}/{provider_txn_id}", missing={}).get("transaction")
        if not found:
            return None
        if not isinstance(found, dict):
            raise OutsideError("SePay's answer has no transaction", permanent=False)
        try:
            return told_of(found)
        except ValueError as error:
            raise OutsideError(f"SePay's transaction has an odd {error}", permanent=False) from error

    def _get(self, path: str, *, missing: Mapping[str, object] | None = None) -> Mapping[str, object]:
        """The object that SePay answers; `missing` where it knows no such thing."""
        time.sleep(self.pace_seconds if self.was_called else 0)
        self.was_called = True
        headers = {"Authorization": f"Bearer {self.token}", "Accept": "application/json"}
        url = f"{self.base_url.rstrip('/')}{path}"
        answer = self.http.send(Call(method="GET", url=url, headers=headers, is_idempotent=True))
        if answer.status == 404 and missing is not None:
            return missing
        return _object(answer)


def _object(answer: Answer) -> Mapping[str, object]:
    """What an answer holds. SePay says in the body too how it went: `status` 200, or the number of a fault."""
    _check_status(answer.status, answer.headers)
    if not answer.is_good:
        raise OutsideError(f"SePay answered {answer.status}", permanent=False)
    if not answer.body.strip():
        raise AccessRefused("SePay answered nothing, as it does to a token it does not know")
    read = answer.json()
    said = read.get("status")
    _check_status(said, answer.headers)
    if said not in (200, "200", "success"):
        raise OutsideError("SePay's answer says that it failed", permanent=False)
    return read


def _check_status(status: object, headers: Mapping[str, str]) -> None:
    """AccessRefused or AskedTooOften where the number stands for it."""
    if status in (401, 403):
        raise AccessRefused(f"SePay answered {status}")
    if status == 429:
        raise AskedTooOften("SePay wants to be asked later", after=_pause(headers))


def _pause(headers: Mapping[str, str]) -> timedelta:
    """As long as SePay says, an hour at most; a minute where it does not say."""
    said = next((headers[name] for name in RETRY_HEADERS if name in headers), "")
    seconds = int(said) if re.fullmatch(r"[0-9]{1,6}", said) else USUAL_PAUSE
    return timedelta(seconds=min(max(1, seconds), LONGEST_PAUSE))


def _rows(found: object, name: str) -> list[Mapping[str, object]]:
    if not isinstance(found, list):
        raise OutsideError(f"SePay's answer has no {name}", permanent=False)
    return [row for row in found if isinstance(row, dict)]


def _read(rows: Sequence[Mapping[str, object]]) -> Iterator[tuple[str, ToldTransfer]]:
    """Those that can be read: an odd one costs none of the others."""
    for row in rows:
        try:
            told = told_of(row)
        except ValueError:
            continue
        yield told.provider_txn_id, told


def told_of(row: Mapping[str, object]) -> ToldTransfer:
    """A transaction of SePay's books; ValueError naming the field that is odd."""
    came, left = whole("amount_in", row), whole("amount_out", row)
    account, virtual = account_number("account_number", row), account_number("sub_account", row)
    memo, code = text("transaction_content", row), text("code", row)
    return ToldTransfer(
        provider_txn_id=str(whole("id", row)),
        accounts=(account, virtual) if virtual else (account,),
        is_incoming=came > 0 and left == 0,
        amount=came or left,
        memo=f"{memo} {code}".strip(),
        occurred_at=moment(text("transaction_date", row)),
        payer=None,
    )
