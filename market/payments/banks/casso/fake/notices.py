"""Notices as Casso makes and signs them."""

import json
from dataclasses import dataclass, field
from datetime import datetime

from market.payments.banks.calls import Sent
from market.payments.banks.casso.signing import HEADER, in_order, signature
from market.values.period import VIETNAM


@dataclass(frozen=True, slots=True, kw_only=True)
class FakeCasso:
    """A bank account's feed with its key."""

    account: str
    key: str = field(repr=False)

    def transfer(self, number: int, amount: object, memo: str, at: datetime, **fields: object) -> dict[str, object]:
        """A notice: `amount` đồng came in at a moment; `fields` overrides anything it says of the transaction."""
        data = {
            "id": number,
            "reference": f"MBVCB.{number}",
            "description": memo,
            "amount": amount,
            "runningBalance": 25_000_000,
            "transactionDateTime": f"{at.astimezone(VIETNAM):%Y-%m-%d %H:%M:%S}",
            "accountNumber": self.account,
            "bankName": "Vietcombank",
            "bankAbbreviation": "VCB",
            "virtualAccountNumber": "",
            "virtualAccountName": "",
            "counterAccountName": "NGUYEN VAN A",
            "counterAccountNumber": "8888888888",
            "counterAccountBankId": "970415",
            "counterAccountBankName": "VietinBank",
        }
        return {"error": 0, "data": data | fields}

    def sign(self, notice: dict[str, object], at: datetime, *, body: bytes | None = None) -> Sent:
        """A signed call with what a notice says, or with other bytes under its signature."""
        moment = str(int(at.timestamp() * 1000))
        made = signature(self.key, moment, in_order(notice))
        headers = {"Content-Type": "application/json", HEADER: f"t={moment},v1={made}"}
        return Sent(body=json.dumps(notice, ensure_ascii=False).encode() if body is None else body, headers=headers)

    def send(self, number: int, amount: object, memo: str, at: datetime, **fields: object) -> Sent:
        """A signed notice, sent at the moment the money came in."""
        return self.sign(self.transfer(number, amount, memo, at, **fields), at)
