"""Whatever is sent to an address: refused fast, or kept where it is signed; unsigned calls leave nothing behind."""

import json
from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st

from market.base.attempts import TryWindow
from market.payments.banks import PROVIDERS
from market.payments.banks.calls import Sent
from market.payments.banks.casso.fake import FakeCasso
from market.payments.banks.payos.fake import FakePayOS
from market.payments.models import BankCredit, WebhookDelivery
from market.payments.ports import Reading
from tests.cast import Cast
from tests.conftest import Clock
from tests.nights import IS_NIGHT
from tests.payments.feeds import FAKES, FIELDS, SECRETS, Feed, told_by
from tests.payments.steps import count

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
EXAMPLES = 2_000 if IS_NIGHT else 60
DEEP = 30_000
NASTY = {
    "10 MB": b"x" * 10_000_000,
    "10 MB of JSON": b'{"data": "' + b"x" * 10_000_000 + b'"}',
    "deep lists": b"[" * DEEP,
    "deep objects": b'{"data":' * (DEEP // 4),
    "deep and whole": b'{"data":' + b"[" * 900 + b"]" * 900 + b"}",
    "NaN": b'{"data": {"amount": NaN, "id": Infinity}}',
    "huge whole number": b'{"data": {"amount": ' + b"9" * 40_000 + b"}}",
    "huge power": b'{"data": {"amount": 1e400, "id": -1e400}}',
    "bad UTF-8": b'{"data": {"description": "\xff\xfe\xc0\x80"}}',
    "half a letter": b'{"data": {"description": "\\ud800"}, "signature": "x"}',
    "no object": b"[1, 2]",
    "nothing": b"",
    "zeros": b"\x00" * 1000,
    "wrong types": b'{"data": [{"id": {}}], "signature": {"a": 1}}',
    "letters in a signature": '{"data": {}, "signature": "chữ ký"}'.encode(),
}


@pytest.fixture(params=[*FAKES, "stripe"])
def address(request: pytest.FixtureRequest, client: FlaskClient, cast: Cast) -> str:
    if request.param == "stripe":
        return "/webhook/stripe/khong-co"
    feed = told_by(request.param, client)
    return f"/webhook/{feed.name}/{feed.key}"


def test_unsigned_calls_are_refused_and_leave_nothing(client: FlaskClient, address: str) -> None:
    headers = {
        "X-SePay-Timestamp": "9" * 400,
        "X-SePay-Signature": "sha256=ẽ",
        "X-Casso-Signature": "t=1,v1=" + "a" * 128,
        "Stripe-Signature": "t=x,v1=,,",
    }
    for name, body in NASTY.items():
        status = client.post(address, data=body, headers=headers).status_code
        assert 400 <= status < 500, name
        assert (status == 413) is ("10 MB" in name), name
    assert (count(BankCredit), count(WebhookDelivery)) == (0, 0)
    assert count(TryWindow) <= 2, "counted at the address, however many come"


@pytest.mark.parametrize("name", list(FAKES))
def test_what_is_signed_and_cannot_be_read_is_kept_and_brings_nothing(
    client: FlaskClient, cast: Cast, now: Clock, name: str
) -> None:
    feed = told_by(name, client)
    odd: list[dict[str, object]] = [
        {},
        {"id": {}, "amount": [], "transferAmount": {}},
        {"id": 10**30, "amount": 10**30, "transferAmount": "1e9", "transferType": "in"},
        {"id": 5, "amount": 12_000, "accountNumber": ["x"], "transferType": "in", "transferAmount": True},
    ]
    for data in odd:
        assert feed.call(_signed(feed, data, now())) == 200
    assert count(BankCredit) == 0
    assert count(WebhookDelivery) == len(odd)


def _signed(feed: Feed, data: dict[str, object], at: datetime) -> Sent:
    if isinstance(feed.fake, FakeCasso):
        return feed.fake.sign({"error": 0, "data": data}, at)
    if isinstance(feed.fake, FakePayOS):
        return Sent(body=json.dumps(feed.fake.signed(data)).encode(), headers={})
    return feed.fake.sign(json.dumps(data).encode(), at)


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)
names = st.sampled_from(
    [
        "id",
        "amount",
        "transferAmount",
        "transferType",
        "accountNumber",
        "reference",
        "description",
        "content",
        "code",
        "transactionDate",
        "transactionDateTime",
        "paymentLinkId",
        "orderCode",
        "currency",
        "subAccount",
    ]
)
calls = st.one_of(
    st.binary(max_size=400),
    values.map(lambda value: json.dumps(value).encode()),
    st.dictionaries(names, values, max_size=8).map(lambda data: json.dumps(data).encode()),
    st.dictionaries(names, values, max_size=8).map(lambda data: json.dumps({"data": data, "signature": "x"}).encode()),
)


@pytest.mark.parametrize("name", list(FAKES))
def test_any_bytes_are_read_or_said_to_be_none(name: str) -> None:
    provider = PROVIDERS[name]

    @settings(max_examples=EXAMPLES, deadline=None)
    @given(calls, st.text(max_size=200))
    def ask(body: bytes, header: str) -> None:
        headers = dict.fromkeys(("X-SePay-Timestamp", "X-SePay-Signature", "X-Casso-Signature"), header)
        assert not provider.is_genuine({FIELDS[name]: SECRETS[name]}, headers, body, now=NOW)
        try:
            read = provider.read(body)
        except ValueError:
            return
        assert isinstance(read, Reading)
        assert all(0 < one.amount < 10**13 and one.provider_txn_id for one in read.transactions)

    ask()
