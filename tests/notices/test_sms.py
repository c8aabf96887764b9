"""Text messages through the operator's gateway: what it is given, and what its answers mean."""

from collections.abc import Iterator

import pytest

from market.base.errors import OutsideError
from market.base.http import Http
from market.notices.ports import Addressee, Destination, NotTaken, OutgoingNotice, Receiver
from market.notices.senders import SENDERS, ready_senders
from market.notices.senders.sms import SmsGateway, is_safe
from market.notices.senders.sms.fake import FakeGateway
from market.values.phone import Phone
from tests.cast import Cast
from tests.conftest import Clock
from tests.nights import database_by_day_on
from tests.notices.ways import ends, message, reaches, tell, work
from tests.registries import only
from tests.services.loopback import listening

database_url = database_by_day_on("sqlite")
LINK = "http://cho.test/tra-loi/DS7K3M9P/ABC"
NOTICE = OutgoingNotice(key="KEY1", kind="don_moi", sentence="Đơn mới DS7K3M9P: 2 món, 50.000 ₫.", link=LINK)
NOBODY = Addressee(business_id=None, person_id=None, order_id=None, purchase_id=None)
LAN = Destination(
    recipient=Receiver(commune_id=1, addressee=NOBODY, person_id=1),
    phones=(Phone("0900 000 011"), Phone("0900 000 012")),
)
QUICK = Http(back_off=0.0)


@pytest.fixture
def gateway() -> FakeGateway:
    return FakeGateway()


@pytest.fixture
def entered(gateway: FakeGateway) -> Iterator[dict[str, str]]:
    with listening(gateway) as address:
        yield {"url": f"{address}/sms", "token": "ma-cong-1", "from": "CHO SO", "keys": "co"}


def send(entered: dict[str, str]) -> None:
    SmsGateway(http=QUICK).send(NOTICE, LAN, entered)


def test_the_first_phone_is_texted_with_the_sentence_and_the_link(
    app: object, gateway: FakeGateway, entered: dict[str, str]
) -> None:
    send(entered)
    text = f"{NOTICE.sentence} {LINK}"
    assert gateway.texts == [{"from": "CHO SO", "to": "+84900000011", "text": text}]
    assert gateway.calls[0]["authorization"] == "Bearer ma-cong-1"
    assert gateway.calls[0]["key"] == "KEY1"


def test_what_is_tried_again_is_told_once_where_keys_are_taken(
    app: object, gateway: FakeGateway, entered: dict[str, str]
) -> None:
    gateway.statuses, gateway.takes_it = [503], True
    send(entered)
    assert (len(gateway.calls), len(gateway.texts)) == (2, 1)


def test_nothing_is_called_twice_where_keys_are_not_taken(
    app: object, gateway: FakeGateway, entered: dict[str, str]
) -> None:
    gateway.statuses, gateway.takes_it, gateway.knows_keys = [503], True, False
    with pytest.raises(OutsideError) as failed:
        send(entered | {"keys": "khong"})
    assert (len(gateway.calls), isinstance(failed.value, NotTaken)) == (1, False), "it may have been sent"


@pytest.mark.parametrize(("status", "is_permanent"), [(400, True), (404, True), (401, False), (429, False)])
def test_what_the_gateway_refuses_was_not_sent(
    app: object, gateway: FakeGateway, entered: dict[str, str], status: int, *, is_permanent: bool
) -> None:
    gateway.statuses = [status] * 3
    with pytest.raises(NotTaken) as failed:
        send(entered)
    assert (failed.value.permanent, gateway.texts) == (is_permanent, [])


@pytest.mark.parametrize(
    ("url", "is_so"),
    [("https://sms.vn/a", True), ("http://127.0.0.1:9/a", True), ("http://sms.vn", False), ("ftp://sms.vn", False)],
)
def test_a_message_is_read_by_nobody_on_its_way(app: object, url: str, *, is_so: bool) -> None:
    assert is_safe(url) is is_so
    if not is_so:
        with pytest.raises(NotTaken):
            send({"url": url, "token": "ma-cong-1", "from": "CHO SO", "keys": "co"})


def test_a_landline_is_not_texted() -> None:
    def recipient(*phones: str) -> Receiver:
        return Receiver(commune_id=1, addressee=NOBODY, person_id=None, phones=tuple(map(Phone, phones)))

    landline = "0220 3 888 888"
    assert [SmsGateway().reaches(one) for one in (recipient("0900 000 011"), recipient(landline))] == [True, False]


def test_a_seller_is_texted_as_soon_as_the_operator_set_it_up(
    cast: Cast, now: Clock, gateway: FakeGateway, entered: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with only(SENDERS, SmsGateway(http=QUICK)):
        assert ready_senders() == []
        for name, value in entered.items():
            monkeypatch.setenv(f"CHOSO_SMS_{name.upper()}", value)
        tell(now, message("a", business=cast.lan.business))
        work()
    assert [one["to"] for one in gateway.texts] == ["+84900000011"]
    assert (ends(), reaches()) == ([("sms", "da_gui", None)], ["da_gui"])
