"""Whether a stall takes cards: its own keys, tried before they are kept and never shown again; on and off."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from market.accounts.models import Person
from market.base.audit import Event
from market.base.db import reading, transaction
from market.base.secrets import vault
from market.payments.card.fake import FakeStripe
from market.payments.models import CardAccount
from market.sellers.models import Business, Verification, WaitingChange
from tests import factories as make
from tests.access import keeps_out
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.pages import hidden, press, send
from tests.payments.gate import KEY, NOBODY, SECRET, accepts, keys_seen
from tests.sellers.changing import pass_a_day
from tests.services.loopback import listening

CARD = "/ban-hang/rau-ba-lan/the"
KEYS = {"secret_key": KEY, "hook_secret": SECRET}


@pytest.fixture
def lan(client: FlaskClient, cast: Cast, now: Clock) -> FlaskClient:
    sign_in(client, cast.lan.person, now())
    return client


@pytest.fixture
def gateway(app: Flask, cast: Cast, now: Clock) -> Iterator[FakeStripe]:
    fake = FakeStripe()
    with listening(fake) as url:
        found_at(app, url)
        yield fake


def found_at(app: Flask, url: str, **settings: str) -> None:
    app.config["CHOSO"] = app.config["CHOSO"].model_copy(update={"stripe_mock_url": url} | settings)


def kept() -> CardAccount | None:
    reading().expire_all()
    return reading().scalars(select(CardAccount)).one_or_none()


def page(client: FlaskClient) -> str:
    answer = client.get(CARD)
    assert answer.status_code == 200
    return answer.text


def test_the_page_says_what_it_is_what_it_costs_and_that_one_needs_it_seldom(lan: FlaskClient) -> None:
    text = page(lan)
    for said in (
        "Đang tắt",
        "thu phí của bạn, thường vài phần trăm",
        "thường không cần thẻ",
        "không đi qua chợ",
        "http://cho.test/webhook/stripe/",
        "Lưu khóa",
    ):
        assert said in text, said
    assert "Bật trả bằng thẻ" not in text, "nothing to switch on yet"
    for other in ("/ban-hang/rau-ba-lan/gian-hang", "/ban-hang/rau-ba-lan/tien"):
        assert f'href="{CARD}"' in lan.get(other).text


def test_keys_are_kept_encrypted_and_only_their_ends_shown(lan: FlaskClient, gateway: FakeStripe, cast: Cast) -> None:
    before = page(lan)
    answer = send(lan, CARD, KEYS)
    assert (answer.status_code, answer.location) == (303, CARD)
    account = kept()
    assert account is not None
    assert vault().decrypt(account.secret_cipher) == KEY
    assert (KEY in account.secret_cipher, SECRET in account.hook_secret_cipher) == (False, False)
    assert f'data-copy="http://cho.test/webhook/stripe/{account.key}"' in before, "shown before there are keys"
    text = page(lan)
    assert "…2026" in text
    assert "khóa thử" in text
    assert (KEY in text, SECRET in text) == (False, False)
    assert not accepts(cast.lan.stall), "keeping keys switches nothing on"


NEWER = {"secret_key": "", "hook_secret": "whsec_newer_9999"}


def test_keys_that_were_replaced_meanwhile_are_not_replaced_again_unseen(
    lan: FlaskClient, gateway: FakeStripe, now: Clock
) -> None:
    send(lan, CARD, KEYS)
    loaded = hidden(page(lan), CARD)
    send(lan, CARD, {"secret_key": "", "hook_secret": "whsec_other_8888"})
    answer = lan.post(CARD, data=loaded | NEWER)
    assert answer.status_code == 409
    assert "khóa đang chờ thay (nay là khóa nhận thẻ là khóa số đuôi 2026, khóa báo tin số đuôi 8888)" in answer.text
    pass_a_day(now)
    account = kept()
    assert account is not None
    assert vault().decrypt(account.hook_secret_cipher) == "whsec_other_8888"
    sign_in(lan, reading().scalars(select(WaitingChange.asked_by)).one(), now())
    assert lan.post(CARD, data=hidden(page(lan), CARD) | NEWER).status_code == 303


def test_other_keys_wait_a_day_and_one_tap_stops_them(
    lan: FlaskClient, gateway: FakeStripe, cast: Cast, now: Clock
) -> None:
    send(lan, CARD, KEYS)
    assert "chờ 24 giờ" not in lan.get(CARD, follow_redirects=True).text.partition("<details")[0]
    send(lan, CARD, {"secret_key": "sk_test_newer_7777", "hook_secret": ""})
    text = page(lan)
    assert "khóa số đuôi 7777" in text
    assert "sk_test_newer_7777" not in text
    stop = text.partition('action="/ban-hang/rau-ba-lan/thay-doi/')[2].partition('"')[0]
    answer = press(lan, CARD, f"/ban-hang/rau-ba-lan/thay-doi/{stop}")
    assert answer.location == "/ban-hang/rau-ba-lan"
    assert pass_a_day(now) == 0
    account = kept()
    assert account is not None
    assert vault().decrypt(account.secret_cipher) == KEY


def test_the_same_keys_sent_twice_from_one_page_are_kept_once(lan: FlaskClient, gateway: FakeStripe) -> None:
    sent = hidden(page(lan), CARD) | KEYS
    assert [lan.post(CARD, data=sent).status_code for _ in range(2)] == [303, 303]
    assert len(reading().scalars(select(Event).where(Event.verb == "keep_card_keys")).all()) == 1


def test_keys_that_do_not_say_what_was_seen_are_not_kept(lan: FlaskClient, gateway: FakeStripe) -> None:
    answer = lan.post(CARD, data=KEYS)
    assert answer.status_code == 422
    assert "bạn đã xem gì" in answer.text
    assert kept() is None


def switch_on(client: FlaskClient, cast: Cast) -> TestResponse:
    """The button of a page that was opened right now."""
    return client.post(f"{CARD}/bat", data={"seen": keys_seen(reading(), cast.lan.stall)})


def test_other_keys_than_the_page_showed_are_not_switched_on(lan: FlaskClient, gateway: FakeStripe, cast: Cast) -> None:
    """Money would go to the account of the person who changed them."""
    send(lan, CARD, KEYS)
    shown = hidden(page(lan), f"{CARD}/bat")
    send(lan, CARD, KEYS | {"hook_secret": "whsec_newer_9999"})
    answer = lan.post(f"{CARD}/bat", data=shown)
    assert answer.status_code == 409
    assert "Từ lúc bạn mở trang đã có thay đổi" in answer.text
    assert lan.post(f"{CARD}/bat").status_code == 422
    assert not accepts(cast.lan.stall)
    assert lan.post(f"{CARD}/bat", data=hidden(answer.text, f"{CARD}/bat")).status_code == 303


def test_cards_are_switched_on_and_off(lan: FlaskClient, gateway: FakeStripe, cast: Cast) -> None:
    send(lan, CARD, KEYS)
    shown = hidden(page(lan), f"{CARD}/bat")
    for _ in range(2):
        answer = lan.post(f"{CARD}/bat", data=shown)
        assert (answer.status_code, answer.location) == (303, CARD)
        assert accepts(cast.lan.stall)
    assert "Tắt trả bằng thẻ" in page(lan)
    for _ in range(2):
        assert lan.post(f"{CARD}/tat").location == CARD
        assert not accepts(cast.lan.stall)
    assert "Bật trả bằng thẻ" in page(lan)
    verbs = reading().scalars(select(Event.verb).where(Event.verb.contains("card")).order_by(Event.id)).all()
    assert verbs == ["keep_card_keys", "take_cards", "take_no_cards"]


def test_without_keys_there_is_nothing_to_switch_on(lan: FlaskClient, gateway: FakeStripe, cast: Cast) -> None:
    answer = switch_on(lan, cast)
    assert answer.status_code == 422
    assert "lưu khóa trước" in answer.text
    assert not accepts(cast.lan.stall)


def test_an_empty_field_keeps_the_kept_key(lan: FlaskClient, gateway: FakeStripe, now: Clock) -> None:
    send(lan, CARD, KEYS)
    assert send(lan, CARD, {"secret_key": "", "hook_secret": "whsec_newer_9999"}).status_code == 303
    assert pass_a_day(now) == 1
    account = kept()
    assert account is not None
    assert vault().decrypt(account.secret_cipher) == KEY
    assert vault().decrypt(account.hook_secret_cipher) == "whsec_newer_9999"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"secret_key": "", "hook_secret": ""}, "Mời dán khóa riêng."),
        ({"secret_key": KEY, "hook_secret": ""}, "Mời dán khóa báo tin."),
        ({"secret_key": "pk_test_51Abcdef", "hook_secret": SECRET}, "bắt đầu bằng sk_ hoặc rk_"),
        ({"secret_key": KEY, "hook_secret": "secret"}, "bắt đầu bằng whsec_"),
    ],
)
def test_what_is_wrong_is_said_and_no_key_comes_back(
    lan: FlaskClient, gateway: FakeStripe, typed: dict[str, str], sentence: str
) -> None:
    answer = send(lan, CARD, typed)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "mời dán lại cả hai khóa" in answer.text, "what was pasted is not kept"
    assert "vẫn còn nguyên" not in answer.text
    assert (KEY in answer.text, SECRET in answer.text) == (False, False)
    assert kept() is None


def test_a_key_that_the_gateway_does_not_know_is_told_at_once(lan: FlaskClient, gateway: FakeStripe) -> None:
    answer = send(lan, CARD, KEYS | {"secret_key": "sk_live_mistyped"})
    assert answer.status_code == 422
    assert "không nhận khóa riêng này" in answer.text
    assert "sk_live_mistyped" not in answer.text
    assert kept() is None


def test_a_key_that_may_too_little_is_told_what_it_lacks(app: Flask, lan: FlaskClient) -> None:
    def narrow(_environ: object, start_response: object) -> list[bytes]:
        start_response("403 Forbidden", [("Content-Type", "application/json")])  # type: ignore[operator]
        return [b'{"error": {"type": "invalid_request_error", "message": "no permission"}}']

    with listening(narrow) as url:
        found_at(app, url)
        answer = send(lan, CARD, KEYS)
    assert answer.status_code == 422
    assert "chưa được phép mở trang trả thẻ" in answer.text


def test_a_gateway_that_does_not_answer_changes_nothing(
    app: Flask, lan: FlaskClient, gateway: FakeStripe, cast: Cast
) -> None:
    send(lan, CARD, KEYS)
    found_at(app, NOBODY)
    newer = hidden(page(lan), CARD) | KEYS | {"hook_secret": "whsec_newer_9999"}
    for path, typed in ((CARD, newer), (f"{CARD}/bat", {"seen": newer["seen"]})):
        answer = lan.post(path, data=typed)
        assert answer.status_code == 422
        assert "Nơi nhận thẻ chưa trả lời" in answer.text
    account = kept()
    assert account is not None
    assert vault().decrypt(account.hook_secret_cipher) == SECRET
    assert not accepts(cast.lan.stall)


def test_a_key_that_no_longer_opens_the_gateway_is_not_switched_on(
    lan: FlaskClient, gateway: FakeStripe, cast: Cast
) -> None:
    send(lan, CARD, KEYS)
    with transaction() as session:
        session.scalars(select(CardAccount)).one().secret_cipher = vault().encrypt("sk_live_taken_back")
    answer = switch_on(lan, cast)
    assert answer.status_code == 422
    assert "không nhận khóa riêng này" in answer.text
    assert not accepts(cast.lan.stall)


def test_production_takes_no_trial_key(app: Flask, lan: FlaskClient, gateway: FakeStripe, cast: Cast) -> None:
    send(lan, CARD, KEYS)
    found_at(app, NOBODY, env="production")
    answer = send(lan, CARD, KEYS)
    assert answer.status_code == 422
    assert "Đây là khóa thử" in answer.text
    refused = switch_on(lan, cast)
    assert refused.status_code == 422
    assert "Khóa đang cất là khóa thử" in refused.text
    assert not accepts(cast.lan.stall)


def test_a_business_that_is_not_verified_takes_no_cards(lan: FlaskClient, gateway: FakeStripe, now: Clock) -> None:
    loaded = hidden(page(lan), CARD)
    with transaction() as session:
        for one in session.scalars(select(Verification)):
            one.ended_at = now()
    assert "Xã xác nhận hộ, HTX của bạn xong mới nhận thẻ được" in page(lan)
    answer = lan.post(CARD, data=loaded | KEYS)
    assert answer.status_code == 422
    assert "Xã chưa xác nhận hộ, HTX của bạn" in answer.text
    assert kept() is None


def test_a_business_no_longer_verified_can_switch_off_and_not_on(
    lan: FlaskClient, gateway: FakeStripe, cast: Cast, now: Clock
) -> None:
    send(lan, CARD, KEYS)
    switch_on(lan, cast)
    with transaction() as session:
        for one in session.scalars(select(Verification)):
            one.ended_at = now()
    assert "Tắt trả bằng thẻ" in page(lan)
    lan.post(f"{CARD}/tat")
    assert not accepts(cast.lan.stall)
    assert "Xã chưa xác nhận hộ, HTX của bạn" in switch_on(lan, cast).text
    assert not accepts(cast.lan.stall)


def test_a_helper_under_a_mandate_sees_it_and_changes_nothing(
    app: Flask, lan: FlaskClient, gateway: FakeStripe, cast: Cast, now: Clock
) -> None:
    with transaction() as session:
        people = (session.get_one(Person, one) for one in (cast.vy, cast.hung))
        make.make_mandate(session, session.get_one(Business, cast.lan.business), *people, now())
    send(lan, CARD, KEYS)
    on_page = hidden(page(lan), CARD) | NEWER
    vy = app.test_client()
    sign_in(vy, cast.vy, now())
    text = page(vy)
    assert "…2026" in text
    assert "Tiền về đâu là của chủ" in text
    for button in ("Lưu khóa", "Bật trả bằng thẻ", "Thay khóa"):
        assert button not in text
    for end in ("", "/bat", "/tat"):
        answer = vy.post(f"{CARD}{end}", data=on_page)
        assert (answer.status_code, answer.headers["X-Refused"]) == (403, "owner_only")
    assert pass_a_day(now) == 0
    assert not accepts(cast.lan.stall)


def test_others_find_nothing(app: Flask, gateway: FakeStripe, cast: Cast) -> None:
    people = [cast.tu.person, cast.vy, cast.hung, cast.stranger]
    assert keeps_out(app, CARD, people)
    for end in ("", "/bat", "/tat"):
        assert keeps_out(app, f"{CARD}{end}", people, method="POST")
    assert kept() is None
