"""Notices as SePay makes and signs them."""

import json
from dataclasses import dataclass, field
from datetime import datetime

from market.payments.banks.calls import Sent
from market.payments.banks.sepay.feed import SIGNATURE_HEADER, TIMESTAMP_HEADER, signature
from market.values.period import VIETNAM


@dataclass(frozen=True, slots=True, kw_only=True)
class FakeSePay:
    """A bank account's feed with its secret."""

    account: str
    secret: str = field(repr=False)

    def transfer(self, number: int, amount: int, memo: str, at: datetime, **fields: object) -> dict[str, object]:
        """The fields of a notice: `amount` đồng came in at a moment; `fields` overrides any of them."""
        return {
            "id": number,
            "gateway": "Vietcombank",
            "transactionDate": f"{at.astimezone(VIETNAM):%Y-%m-%d %H:%M:%S}",
            "accountNumber": self.account,
            "subAccount": None,
            "code": None,
            "content": memo,
            "transferType": "in",
            "transferAmount": amount,
            "accumulated": 19_077_000,
            "referenceCode": f"MBVCB.{number}",
            "description": "",
        } | fields

    def sign(self, body: bytes, at: datetime) -> Sent:
        timestamp = str(int(at.timestamp()))
        return Sent(
            body=body,
            headers={
                "Content-Type": "application/json",
                TIMESTAMP_HEADER: timestamp,
                SIGNATURE_HEADER: signature(self.secret, timestamp, body),
            },
        )

    def send(self, number: int, amount: int, memo: str, at: datetime, **fields: object) -> Sent:
        """A signed notice, sent at the moment the money came in."""
        notice = self.transfer(number, amount, memo, at, **fields)
        return self.sign(json.dumps(notice, ensure_ascii=False).encode(), at)
