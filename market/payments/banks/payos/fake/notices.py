"""Notices as payOS makes and signs them."""

import json
from dataclasses import dataclass, field
from datetime import datetime

from market.payments.banks.calls import Sent
from market.payments.banks.payos.signing import signature
from market.values.period import VIETNAM


@dataclass(frozen=True, slots=True, kw_only=True)
class FakePayOS:
    """A channel of payOS with its key."""

    account: str
    key: str = field(repr=False)

    def transfer(self, number: int, amount: object, memo: str, at: datetime, **fields: object) -> dict[str, object]:
        """A notice: a request over `amount` đồng was paid at a moment; `fields` overrides anything it says of it."""
        data: dict[str, object] = {
            "orderCode": number,
            "amount": amount,
            "description": memo,
            "accountNumber": self.account,
            "reference": f"MBVCB.{number}",
            "transactionDateTime": f"{at.astimezone(VIETNAM):%Y-%m-%d %H:%M:%S}",
            "currency": "VND",
            "paymentLinkId": f"link-{number}",
            "code": "00",
            "desc": "Thành công",
            "counterAccountBankId": "970422",
            "counterAccountBankName": "MBBank",
            "counterAccountName": "NGUYEN VAN A",
            "counterAccountNumber": "8888888888",
            "virtualAccountName": "",
            "virtualAccountNumber": "",
        }
        return self.signed(data | fields)

    def signed(self, data: dict[str, object]) -> dict[str, object]:
        """A call with this `data` under its signature."""
        return {"code": "00", "desc": "success", "success": True, "data": data, "signature": signature(self.key, data)}

    def send(self, number: int, amount: object, memo: str, at: datetime, **fields: object) -> Sent:
        """A signed notice."""
        body = json.dumps(self.transfer(number, amount, memo, at, **fields), ensure_ascii=False).encode()
        return Sent(body=body, headers={"Content-Type": "application/json"})
