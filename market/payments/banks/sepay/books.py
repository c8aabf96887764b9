"""SePay asked itself what it knows of a transfer, with a seller's own API token.

Source: developer.sepay.vn, "SePay API v1" and "SePay OAuth2", November 2026. Version 1 of the API is asked because its
numbers are those of the webhook; version 2 names a transaction by a UUID that no webhook brings. Amounts are text
("150000.00"), an unknown token answers 200 with nothing in it, and a token of SePay's test mode opens nothing here.
SePay does not say whose account a payment came from.
"""

import re
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from urllib.parse import urlencode

from market.base.errors import OutsideError
from market.base.http import Call, Http
from market.base.ports import SettingField
from market.payments.banks.fields import account_number, moment, text, whole
from market.payments.banks.sepay.answers import API, PATIENCE, read_answer
from market.payments.banks.sepay.granting import SePayGrant, client_of_settings
from market.payments.ports import AskedTransfer
from market.payments.rules.checks import ToldTransfer
from market.payments.rules.matching import BankTransaction
from market.values.period import local_day

LIST = "/userapi/transactions/list"
DETAILS = "/userapi/transactions/details"
ACCOUNTS = "/userapi/bankaccounts/list"
GRANTED = "/api/v1/transactions"
GRANTED_ACCOUNTS = "/api/v1/bank-accounts"
MOST_LISTED = 1000
"""So many transactions in one answer stay well below what `base.http` reads of one; SePay itself gives up to 5,000."""
PAGE, MOST_PAGES = 100, 10
"""Of what OAuth2 opens, which comes by pages."""
ONE_DAY = timedelta(days=1)
PACE_SECONDS = 0.5
"""Between two calls: SePay takes two a second."""
VIRTUAL = frozenset({"970418", "970426", "970448", "970452"})
"""BIDV, MSB, OCB and KienlongBank: there SePay knows a stall's account by a virtual number, which it lists nowhere."""
_TRANSACTION = re.compile(r"[0-9]{1,19}")


@dataclass(frozen=True, slots=True)
class SePayLookup:
    """How SePay is asked: with a token of its API, which opens the whole account, or with leave to read alone. Only
    what reads is ever called."""

    fields: tuple[SettingField, ...] = (
        SettingField(
            name="token",
            label="Mã xem giao dịch của SePay",
            called="mã xem giao dịch",
            hint="Trong SePay: mở Cấu hình Công ty, mục có chữ Access, bấm Thêm, chép mã và dán vào đây. "
            "Mã này xem được mọi phần trong SePay của bạn, đừng đưa cho ai khác. Chợ chỉ dùng để xem giao dịch, cất "
            "kín, không hiện lại.",
            least=16,
        ),
    )

    def client(self, access: Mapping[str, str], *, elsewhere: str | None) -> "SePayBooks":
        if "access_token" in access:
            return GrantedBooks(token=access["access_token"], base_url=elsewhere or API)
        return TokenBooks(token=access["token"], base_url=elsewhere or API)

    def grant(self, *, elsewhere: str | None) -> SePayGrant | None:
        client = client_of_settings()
        return SePayGrant(client=client, base_url=elsewhere or API) if client else None


@dataclass(slots=True, kw_only=True)
class SePayBooks(ABC):
    """SePay's books of one seller, as `ports.LookupClient` wants them. One call waits for its turn after another."""

    token: str = field(repr=False)
    base_url: str = API
    http: Http = PATIENCE
    pace_seconds: float = PACE_SECONDS
    was_called: bool = False

    def has_account(self, number: str, bin_: str) -> bool:
        """Whether the token's owner has it at SePay. True for a bank where SePay knows accounts by virtual numbers."""
        numbers = {account_number("account_number", one) for one in self.accounts()}
        return number in numbers or bin_ in VIRTUAL

    def transfers(self, asked: Sequence[AskedTransfer]) -> Mapping[str, ToldTransfer | None]:
        """Those of a few days are listed together; of what a list that was cut short does not have each is asked by
        itself, where that is possible. What stands in a list in a way that cannot be read is left out.

        The day after is asked for too: SePay's limits are days, and whether the last is meant to its end is not said.
        """
        days = [local_day(one.occurred_at) for one in asked]
        rows, is_whole = self.listed(min(days), max(days) + timedelta(days=1))
        told: dict[str, ToldTransfer | None] = dict(_read(rows))
        unread = {_number(row) for row in rows} - told.keys()
        missing = sorted({one.provider_txn_id for one in asked} - told.keys() - unread)
        told |= dict.fromkeys(missing) if is_whole and None not in unread else self.one_by_one(missing)
        return {number: told[number] for number in (one.provider_txn_id for one in asked) if number in told}

    def transactions_between(self, first: date, last: date) -> Sequence[BankTransaction]:
        """Listed in one go; where that list is cut short, day by day."""
        rows, is_whole = self.listed(first, last)
        if is_whole or first == last:
            return list(_came_in(rows))
        middle = first + (last - first) // 2
        halves = (self.transactions_between(first, middle), self.transactions_between(middle + ONE_DAY, last))
        return [one for half in halves for one in half]

    @abstractmethod
    def accounts(self) -> list[Mapping[str, object]]:
        """The accounts of the token's owner."""

    @abstractmethod
    def listed(self, first: date, last: date) -> tuple[list[Mapping[str, object]], bool]:
        """The transactions of these days, and whether that is all of them."""

    @abstractmethod
    def one_by_one(self, numbers: Sequence[str]) -> Mapping[str, ToldTransfer | None]:
        """Each by its number, where SePay can be asked so."""

    def get(self, path: str, wanted: Mapping[str, object], *, may_lack: bool = False) -> Mapping[str, object]:
        """The object that SePay answers; an empty one where it knows no such thing and `may_lack` it."""
        time.sleep(self.pace_seconds if self.was_called else 0)
        self.was_called = True
        headers = {"Authorization": f"Bearer {self.token}", "Accept": "application/json"}
        url = f"{self.base_url.rstrip('/')}{path}{'?' if wanted else ''}{urlencode(wanted)}"
        answer = self.http.send(Call(method="GET", url=url, headers=headers, is_idempotent=True))
        return {} if answer.status == 404 and may_lack else read_answer(answer)


@dataclass(slots=True, kw_only=True)
class TokenBooks(SePayBooks):
    """What a token of SePay's API opens."""

    def accounts(self) -> list[Mapping[str, object]]:
        return _rows(self.get(ACCOUNTS, {"limit": MOST_LISTED}), "bankaccounts")

    def listed(self, first: date, last: date) -> tuple[list[Mapping[str, object]], bool]:
        wanted = {"transaction_date_min": first, "transaction_date_max": last, "limit": MOST_LISTED}
        rows = _rows(self.get(LIST, wanted), "transactions")
        return rows, len(rows) < MOST_LISTED

    def one_by_one(self, numbers: Sequence[str]) -> Mapping[str, ToldTransfer | None]:
        return {number: self._one(number) for number in numbers}

    def _one(self, number: str) -> ToldTransfer | None:
        """One transaction; None where SePay knows none. OutsideError where it cannot be read."""
        if not _TRANSACTION.fullmatch(number):
            return None
        found = self.get(f"{DETAILS}/{number}", {}, may_lack=True).get("transaction")
        if not found:
            return None
        if not isinstance(found, dict):
            raise OutsideError("SePay's answer has no transaction", permanent=False)
        try:
            return told_of(found)
        except ValueError as error:
            raise OutsideError(f"SePay's transaction has an odd {error}", permanent=False) from error


@dataclass(slots=True, kw_only=True)
class GrantedBooks(SePayBooks):
    """What a seller's leave to read opens. No transaction can be asked for by its number."""

    def accounts(self) -> list[Mapping[str, object]]:
        return self._pages(GRANTED_ACCOUNTS, {})[0]

    def listed(self, first: date, last: date) -> tuple[list[Mapping[str, object]], bool]:
        return self._pages(GRANTED, {"from_date": first, "to_date": last})

    def one_by_one(self, numbers: Sequence[str]) -> Mapping[str, ToldTransfer | None]:
        return {}

    def _pages(self, path: str, wanted: Mapping[str, object]) -> tuple[list[Mapping[str, object]], bool]:
        """Page after page until one is not full; False where there are more than are read."""
        rows: list[Mapping[str, object]] = []
        for page in range(1, MOST_PAGES + 1):
            found = _rows(self.get(path, {**wanted, "page": page, "limit": PAGE}), "data")
            rows += found
            if len(found) < PAGE:
                return rows, True
        return rows, False


def _rows(said: Mapping[str, object], name: str) -> list[Mapping[str, object]]:
    found = said.get(name)
    if not isinstance(found, list):
        raise OutsideError(f"SePay's answer has no {name}", permanent=False)
    return [row for row in found if isinstance(row, dict)]


def _number(row: Mapping[str, object]) -> str | None:
    """The transaction's number; None where not even that can be read, so that it may be any."""
    try:
        return str(whole("id", row))
    except ValueError:
        return None


def _read(rows: Sequence[Mapping[str, object]]) -> Iterator[tuple[str, ToldTransfer]]:
    """Those that can be read: an odd one costs none of the others."""
    for row in rows:
        try:
            told = told_of(row)
        except ValueError:
            continue
        yield told.provider_txn_id, told


def _came_in(rows: Sequence[Mapping[str, object]]) -> Iterator[BankTransaction]:
    """What came in, as its notice would have said it."""
    for row in rows:
        try:
            told, reference = told_of(row), text("reference_number", row)
        except ValueError:
            continue
        if told.is_incoming and told.amount:
            yield BankTransaction(
                provider_txn_id=told.provider_txn_id,
                accounts=told.accounts,
                amount=told.amount,
                memo=told.memo,
                bank_ref=reference,
                occurred_at=told.occurred_at,
            )


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
