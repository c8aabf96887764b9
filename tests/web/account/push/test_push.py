"""Being told by push, as the person signed in turns it on and off on the phone in their hand."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from market.accounts.models import Person
from market.base.db import reading, transaction
from market.notices.models import EndedWhy, PushSubscription
from market.notices.senders.web_push.vapid import public_key
from market.orders.queries.push import browsers_of_person
from market.sellers.models import Business
from tests import factories as make
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.pages import hidden, parse
from tests.payments.steps import buy
from tests.pushing import KEY, push_service, sent_by
from tests.services.push import FakePushService

ON, OFF, MOVE = "/tai-khoan/bao-tin", "/tai-khoan/thoi-bao-tin", "/bao-tin/doi"


@pytest.fixture
def service(app: Flask) -> Iterator[FakePushService]:
    with push_service(app) as service:
        yield service


def told(cast: Cast, now: Clock) -> int:
    return len(browsers_of_person(reading(), cast.commune, cast.lan.person, now=now()))


def ends() -> list[EndedWhy | None]:
    return list(reading().scalars(select(PushSubscription.ended_why).order_by(PushSubscription.id)))


def test_it_is_turned_on_and_off_by_one_tap(
    client: FlaskClient, service: FakePushService, cast: Cast, now: Clock
) -> None:
    sign_in(client, cast.lan.person, now())
    assert client.post(ON, data=sent_by(service.phone())).json == {"is_told": True}
    assert told(cast, now) == 1
    assert client.post(OFF).json == {"is_told": False}
    assert client.post(OFF).json == {"is_told": False}, "twice is no fault"
    assert told(cast, now) == 0
    assert ends() == [EndedWhy.STOPPED]


def test_the_day_s_page_asks_once_there_is_an_order(
    client: FlaskClient, service: FakePushService, cast: Cast, now: Clock
) -> None:
    sign_in(client, cast.lan.person, now())
    today = f"/ban-hang/{cast.lan.slug}"
    assert "data-push" not in client.get(today).text, "never before there is something to be told of"
    buy(cast, now(), accepted=False)
    page = client.get(today).text
    [box] = [one for one in parse(page).all("section") if "data-push" in one.attributes]
    assert box.get("data-push") == public_key(KEY)
    assert "hidden" in box.attributes, "without a script nothing is shown"
    assert "data-is-on" not in box.attributes
    assert "Tin đi qua hãng làm trình duyệt của máy này (Google, Apple, Mozilla hay Microsoft)" in box.text
    assert ">Báo cho tôi trên máy này</button>" in page

    sent = hidden(page, ON) | sent_by(service.phone())
    assert client.post(ON, data=sent).status_code == 200
    assert "data-is-on" in client.get(today).text


def test_who_helps_is_not_asked(client: FlaskClient, service: FakePushService, cast: Cast, now: Clock) -> None:
    with transaction() as session:
        business, helper = session.get_one(Business, cast.lan.business), session.get_one(Person, cast.vy)
        make.make_mandate(session, business, helper, session.get_one(Person, cast.hung), now())
    sign_in(client, cast.vy, now())
    buy(cast, now(), accepted=False)
    page = client.get(f"/ban-hang/{cast.lan.slug}")
    assert page.status_code == 200
    assert "data-push" not in page.text


def test_a_market_without_a_key_asks_nobody(client: FlaskClient, cast: Cast, now: Clock) -> None:
    sign_in(client, cast.lan.person, now())
    buy(cast, now(), accepted=False)
    assert "data-push" not in client.get(f"/ban-hang/{cast.lan.slug}").text
    assert client.get("/bao-tin/khoa").status_code == 404
    sent = {"endpoint": "https://fcm.googleapis.com/fcm/send/1", "p256dh": "x", "auth": "y"}
    assert client.post(ON, data=sent).headers["X-Refused"] == "push_off"


INSIDE = [
    "http://fcm.googleapis.com/fcm/send/1",
    "https://fcm.googleapis.com.evil.test/1",
    "https://evil.test/fcm.googleapis.com",
    "https://fcm.googleapis.com@evil.test/1",
    "https://user:word@fcm.googleapis.com/1",
    "https://fcm.googleapis.com:8443/1",
    "https://fcm.googleapis.com:99999/1",
    "https://evilnotify.windows.com/w/1",
    "https://127.0.0.1/1",
    "https://[::1]/1",
    "https://169.254.169.254/latest/meta-data",
    "https://localhost/1",
    "https://10.0.0.1/1",
    "http://127.0.0.1:1/push/1",
    "file:///etc/passwd",
    "//fcm.googleapis.com/1",
    "https://fcm.googleapis.com/1\r\nX: y",
    "https://fcm.googleapis.com/ 1",
    "https://fcm.googleapis.com/" + "x" * 1000,
    "https://fcm.googleapis.com\\@evil.test/1",
    "",
]


@pytest.mark.parametrize("endpoint", INSIDE)
def test_no_other_machine_is_ever_called(
    client: FlaskClient, service: FakePushService, cast: Cast, now: Clock, endpoint: str
) -> None:
    sign_in(client, cast.lan.person, now())
    answer = client.post(ON, data=sent_by(service.phone()) | {"endpoint": endpoint})
    assert (answer.status_code, answer.headers["X-Refused"]) == (422, "push_elsewhere")
    assert answer.json["sentence"].startswith("Trình duyệt này nhận tin qua một nơi chợ chưa biết")
    assert ends() == []


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://fcm.googleapis.com/fcm/send/dpH5lCsTSSM:APA91b",
        "https://updates.push.services.mozilla.com/wpush/v2/gAAAA",
        "https://web.push.apple.com/QGuQyavXutnMH",
        "https://wns2-par02p.notify.windows.com/w/?token=BQYAA",
    ],
)
def test_each_maker_s_push_service_is_taken(
    client: FlaskClient, service: FakePushService, cast: Cast, now: Clock, endpoint: str
) -> None:
    sign_in(client, cast.lan.person, now())
    assert client.post(ON, data=sent_by(service.phone()) | {"endpoint": endpoint}).status_code == 200


@pytest.mark.parametrize("missing", ["p256dh", "auth"])
def test_a_browser_without_its_keys_is_not_kept(
    client: FlaskClient, service: FakePushService, cast: Cast, now: Clock, missing: str
) -> None:
    sign_in(client, cast.lan.person, now())
    answer = client.post(ON, data=sent_by(service.phone()) | {missing: ""})
    assert (answer.status_code, answer.headers["X-Refused"]) == (422, "push_keys")
    assert ends() == []


def test_nobody_signed_in_is_sent_to_sign_in(client: FlaskClient, service: FakePushService, cast: Cast) -> None:
    for path in (ON, OFF):
        assert client.post(path, data=sent_by(service.phone())).location.startswith("/dang-nhap")


def test_without_its_token_nothing_is_turned_on(app: Flask, service: FakePushService, cast: Cast, now: Clock) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    guarded = app.test_client()
    sign_in(guarded, cast.lan.person, now())
    for path in (ON, OFF, MOVE):
        assert guarded.post(path, data=sent_by(service.phone())).status_code == 400
    token = guarded.get("/bao-tin/khoa").json
    assert token["key"] == public_key(KEY)
    sent = sent_by(service.phone()) | {"csrf_token": token["csrf_token"]}
    assert guarded.post(ON, data=sent).status_code == 200


def test_a_new_address_of_the_browser_takes_its_place(
    client: FlaskClient, service: FakePushService, cast: Cast, now: Clock
) -> None:
    """As the service worker tells it, which has cookies and no page."""
    sign_in(client, cast.lan.person, now())
    client.post(ON, data=sent_by(service.phone()))
    assert client.post(MOVE, data=sent_by(service.phone())).json == {"is_told": True}
    assert ends() == [EndedWhy.REPLACED, None]
    assert told(cast, now) == 1


def test_a_stranger_s_browser_moves_nothing(
    app: Flask, client: FlaskClient, service: FakePushService, cast: Cast, now: Clock
) -> None:
    sign_in(client, cast.lan.person, now())
    client.post(ON, data=sent_by(service.phone()))
    stranger = app.test_client()
    sign_in(stranger, cast.stranger, now())
    for other in (stranger, app.test_client()):
        assert other.post(MOVE, data=sent_by(service.phone())).json == {"is_told": False}
    assert ends() == [None]


def test_it_is_not_turned_on_and_off_without_end(
    client: FlaskClient, service: FakePushService, cast: Cast, now: Clock
) -> None:
    sign_in(client, cast.lan.person, now())
    statuses = [client.post(OFF).status_code for _ in range(31)]
    assert (statuses[:30], statuses[30]) == ([200] * 30, 429)


def test_where_one_wants_word_it_is_turned_on_for_this_phone(
    client: FlaskClient, service: FakePushService, cast: Cast, now: Clock
) -> None:
    sign_in(client, cast.mai, now())
    page = client.get("/tai-khoan/nhan-tin").text
    assert "Thông báo trên máy" in page
    assert client.post(ON, data=hidden(page, ON) | sent_by(service.phone())).status_code == 200
