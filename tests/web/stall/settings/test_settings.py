"""Cách bán hàng: name, words, a rest, who answers orders, what bringing goods costs."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.base.audit import Actor
from market.base.db import transaction
from market.catalog.actions.changes import refuse_change
from market.sellers.models import Business, ChangeRequest, Stall, StallState
from market.values.money import Dong
from tests import factories as make
from tests.access import keeps_out
from tests.cast import Cast
from tests.catalog import shelf
from tests.conftest import Clock
from tests.events import events_of
from tests.factories import sign_in
from tests.nights import of_many
from tests.pages import hidden, send

SAVED = {
    "name": "Rau bà Lan",
    "intro": "Rau hái lúc 5 giờ sáng.",
    "hold_days": "3",
    "delivers_in_commune": "y",
    "delivery_fee": "15k",
    "ships_outside": "y",
    "shipping_fee": "35.000",
}

ALL_TICKED = {"is_paused": "y", "accepts_by_itself": "y", "confirms_strangers": "y", "hold_days": "7"}


def path(cast: Cast) -> str:
    return f"/ban-hang/{cast.lan.slug}/cai-dat"


def stall(session: Session, cast: Cast) -> Stall:
    session.expire_all()
    return session.get_one(Stall, cast.lan.stall)


def change(cast: Cast, field: str, value: object) -> None:
    with transaction() as writing:
        setattr(writing.get_one(Stall, cast.lan.stall), field, value)


def test_what_is_saved_is_how_the_stall_sells(client: FlaskClient, cast: Cast, now: Clock, session: Session) -> None:
    sign_in(client, cast.lan.person, now())

    assert send(client, path(cast), SAVED | ALL_TICKED).location == path(cast)

    saved = stall(session, cast)
    assert (saved.intro, saved.delivery_fee, saved.shipping_fee) == (None, 15_000, 35_000)
    assert (saved.accepts_by_itself, saved.confirms_strangers, saved.hold_days) == (True, True, 7)
    assert saved.state is StallState.PAUSED
    page = client.get(path(cast)).text
    assert "Rau hái lúc 5 giờ sáng.</textarea>" in page
    assert "chờ xã xem" in page
    assert 'value="15.000"' in page
    shelf.approve_changes(cast)
    assert stall(session, cast).intro == "Rau hái lúc 5 giờ sáng."


def test_a_rest_ends_by_unticking_it(client: FlaskClient, cast: Cast, now: Clock, session: Session) -> None:
    sign_in(client, cast.lan.person, now())
    send(client, path(cast), SAVED | {"is_paused": "y"})

    send(client, path(cast), SAVED)

    assert stall(session, cast).state is StallState.OPEN


def test_a_stall_closed_by_the_office_is_not_opened_from_here(
    client: FlaskClient, cast: Cast, now: Clock, session: Session
) -> None:
    with transaction() as writing:
        writing.get_one(Stall, cast.lan.stall).state = StallState.CLOSED
    sign_in(client, cast.lan.person, now())

    assert "Xã đang tạm đóng gian hàng này" in client.get(path(cast)).text
    send(client, path(cast), SAVED)
    assert stall(session, cast).state is StallState.CLOSED


def test_a_new_name_gives_a_new_address_and_the_old_one_leads_on(
    client: FlaskClient, cast: Cast, now: Clock, session: Session
) -> None:
    sign_in(client, cast.lan.person, now())

    assert send(client, path(cast), SAVED | {"name": "Rau sạch bà Lan"}).location == path(cast)
    assert stall(session, cast).name == "Rau bà Lan", "until the office has looked"
    shelf.approve_changes(cast)

    old = client.get(path(cast))
    assert (old.status_code, old.location) == (301, "/ban-hang/rau-sach-ba-lan/cai-dat")


def test_no_stall_takes_the_address_of_a_page(client: FlaskClient, cast: Cast, now: Clock, session: Session) -> None:
    sign_in(client, cast.lan.person, now())

    send(client, path(cast), SAVED | {"name": "Nhận cơ sở"})
    shelf.approve_changes(cast)
    assert stall(session, cast).slug == "nhan-co-so-2"


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("Rươi anh Tư", "Trong xã đã có gian “Rươi anh Tư”"),
        ("Rau bà Lаn", "không phải chữ Việt"),
        ("Phòng Kinh tế xã Đại Sơn", "làm khách tưởng là cơ quan"),
    ],
)
def test_a_name_that_misleads_is_refused_where_it_is_typed(
    client: FlaskClient, cast: Cast, now: Clock, session: Session, name: str, sentence: str
) -> None:
    sign_in(client, cast.lan.person, now())

    answer = send(client, path(cast), SAVED | {"name": name})

    assert answer.status_code == 422
    assert sentence in answer.text
    assert f'value="{name}"' in answer.text
    assert stall(session, cast).delivery_fee == 10_000, "nothing of the form is saved"


def test_a_stall_may_be_called_as_its_business_is_in_the_register(
    client: FlaskClient, cast: Cast, now: Clock, session: Session
) -> None:
    with transaction() as writing:
        writing.get_one(Business, cast.lan.business).name = "Bưu điện xã bà Lan"
    sign_in(client, cast.lan.person, now())

    assert send(client, path(cast), SAVED | {"name": "Bưu điện xã bà Lan"}).status_code == 303
    assert send(client, path(cast), SAVED | {"name": "Bưu điện xã"}).status_code == 422


def test_renaming_again_and_again_shows_nobody_another_name(
    client: FlaskClient, cast: Cast, now: Clock, session: Session
) -> None:
    """What waits is replaced; the office looks at three names in thirty days."""
    sign_in(client, cast.lan.person, now())
    for number in range(3):
        page = f"/ban-hang/{stall(session, cast).slug}/cai-dat"
        for letter in "ab":
            assert send(client, page, SAVED | {"name": f"Rau nhà Lan {number}{letter}"}).status_code == 303
        assert stall(session, cast).name != f"Rau nhà Lan {number}a"
        assert shelf.approve_changes(cast) == 1
    assert stall(session, cast).name == "Rau nhà Lan 2b"

    page = f"/ban-hang/{stall(session, cast).slug}/cai-dat"
    answer = send(client, page, SAVED | {"name": "Rau nhà Lan mãi"})
    assert answer.status_code == 422
    assert "Trong 30 ngày qua xã đã xem 3 tên mới" in answer.text
    now.move(days=31)
    sign_in(client, cast.lan.person, now())
    assert send(client, page, SAVED | {"name": "Rau nhà Lan mãi"}).status_code == 303


def test_what_waits_is_taken_back(client: FlaskClient, cast: Cast, now: Clock, session: Session) -> None:
    sign_in(client, cast.lan.person, now())
    send(client, path(cast), SAVED | {"name": "Rau nhà Lan"})
    assert 'value="Rau nhà Lan"' in client.get(path(cast)).text

    for _ in range(2):
        assert client.post(f"{path(cast)}/ban-moi/bo").location == path(cast)
    assert 'value="Rau bà Lan"' in client.get(path(cast)).text
    assert shelf.approve_changes(cast) == 0


def test_a_refused_name_tells_why_where_it_is_changed(
    client: FlaskClient, cast: Cast, now: Clock, session: Session
) -> None:
    sign_in(client, cast.lan.person, now())
    send(client, path(cast), SAVED | {"name": "Rau nhà Lan"})
    waiting = session.scalars(select(ChangeRequest.id)).one()
    with transaction() as writing:
        page = shelf.change_seen(cast.commune, waiting)
        refuse_change(writing, Actor(person_id=cast.hung), page, "Thêm tên thôn", clock=now)

    assert "Xã chưa duyệt bản sửa: Thêm tên thôn" in client.get(path(cast)).text
    assert stall(session, cast).name == "Rau bà Lan"


@of_many(4)
@pytest.mark.parametrize(
    ("field", "value", "named"),
    [
        ("name", "Rau nhà Lan", "tên gian hàng (nay là Rau nhà Lan)"),
        ("intro", "Rau sạch", "lời giới thiệu (nay là Rau sạch)"),
        ("state", StallState.PAUSED, "gian hàng (nay là nghỉ bán)"),
        ("state", StallState.CLOSED, "gian hàng (nay là xã tạm đóng)"),
        ("accepts_by_itself", True, "tự nhận đơn (nay là có)"),
        ("confirms_strangers", True, "xác nhận đơn của khách lạ trước khi giữ hàng (nay là có)"),
        ("hold_days", 5, "giữ hàng trả khi nhận (nay là 5 ngày)"),
        ("delivers_in_commune", False, "giao trong xã (nay là không)"),
        ("delivery_fee", Dong(12_000), "phí giao trong xã (nay là 12.000\u00a0₫)"),
        ("ships_outside", True, "gửi chuyển phát (nay là có)"),
        ("free_from", Dong(200_000), "miễn phí giao từ (nay là 200.000\u00a0₫)"),
        ("sends_by_bus", True, "gửi xe khách (nay là có)"),
        ("bus_fee", Dong(40_000), "phí gửi xe khách (nay là 40.000\u00a0₫)"),
        ("bus_words", "Bến Cầu Rào", "lời về xe khách (nay là Bến Cầu Rào)"),
        ("shipping_fee", Dong(30_000), "phí chuyển phát (nay là 30.000\u00a0₫)"),
    ],
)
def test_what_was_changed_meanwhile_is_named_and_not_overwritten(
    client: FlaskClient, cast: Cast, now: Clock, session: Session, field: str, value: object, named: str
) -> None:
    sign_in(client, cast.lan.person, now())
    loaded = hidden(client.get(path(cast)).text, path(cast))
    change(cast, field, value)

    answer = client.post(path(cast), data=loaded | SAVED)

    assert answer.status_code == 409
    assert named in answer.text
    assert 'value="15k"' in answer.text
    assert "Rau hái lúc 5 giờ sáng." in answer.text
    assert getattr(stall(session, cast), field) == value
    assert client.post(path(cast), data=hidden(answer.text, path(cast)) | SAVED).status_code == 303
    assert stall(session, cast).delivery_fee == 15_000


def test_something_typed_wrong_does_not_count_as_having_seen_a_change(
    client: FlaskClient, cast: Cast, now: Clock, session: Session
) -> None:
    sign_in(client, cast.lan.person, now())
    loaded = hidden(client.get(path(cast)).text, path(cast))
    change(cast, "intro", "Rau sạch")

    wrong = client.post(path(cast), data=loaded | SAVED | {"name": ""})
    answer = client.post(path(cast), data=hidden(wrong.text, path(cast)) | SAVED)

    assert (wrong.status_code, answer.status_code) == (422, 409)
    assert stall(session, cast).intro == "Rau sạch"


def test_the_same_settings_sent_twice_from_one_page_are_saved_once(
    client: FlaskClient, cast: Cast, now: Clock, session: Session
) -> None:
    sign_in(client, cast.lan.person, now())
    sent = hidden(client.get(path(cast)).text, path(cast)) | SAVED | {"name": "Rau sạch bà Lan"}

    answers = [client.post(path(cast), data=sent) for _ in range(2)]

    assert [(answer.status_code, answer.location) for answer in answers] == [(303, path(cast))] * 2
    events = [event for event in events_of(session, "business", cast.lan.business) if event.verb == "change_stall"]
    assert [event.fields for event in events] == ["delivery_fee ships_outside shipping_fee name intro"]


def test_settings_that_do_not_say_what_was_seen_are_not_saved(
    client: FlaskClient, cast: Cast, now: Clock, session: Session
) -> None:
    sign_in(client, cast.lan.person, now())
    answer = client.post(path(cast), data=SAVED)
    assert answer.status_code == 422
    assert "bạn đã xem gì" in answer.text
    assert "Rau hái lúc 5 giờ sáng." in answer.text
    assert stall(session, cast).intro is None


def test_bad_input_is_said_in_words_and_kept(client: FlaskClient, cast: Cast, now: Clock) -> None:
    sign_in(client, cast.lan.person, now())

    answer = send(
        client, path(cast), SAVED | {"name": "", "delivery_fee": "nhiều", "intro": "x" * 601, "hold_days": "9"}
    )
    assert answer.status_code == 422
    for part in (
        "Mời viết tên gian hàng",
        "Mời chọn một mục trong danh sách",
        "Viết gọn trong 600 chữ",
        'value="nhiều"',
        "x" * 601,
    ):
        assert part in answer.text


def test_a_helper_with_a_live_mandate_does_it_in_the_sellers_place_and_the_log_says_so(
    client: FlaskClient, cast: Cast, now: Clock, session: Session
) -> None:
    from market.accounts.models import Person

    with transaction() as writing:
        business, helper, officer = (
            writing.get_one(Business, cast.lan.business),
            writing.get_one(Person, cast.vy),
            writing.get_one(Person, cast.hung),
        )
        mandate = make.make_mandate(writing, business, helper, officer, now())
    sign_in(client, cast.vy, now())

    assert send(client, path(cast), SAVED).status_code == 303

    event = events_of(session, "business", cast.lan.business)[-1]
    assert (event.verb, event.actor_id, event.on_behalf_of, event.mandate_id) == (
        "change_stall",
        cast.vy,
        cast.lan.business,
        mandate.id,
    )
    sign_in(client, cast.vy, now.move(days=91))
    assert client.get(path(cast)).status_code == 404


def test_another_seller_a_helper_without_mandate_an_officer_and_a_stranger_find_nothing(app: Flask, cast: Cast) -> None:
    people = [cast.tu.person, cast.vy, cast.hung, cast.stranger]

    assert keeps_out(app, path(cast), people)
    assert keeps_out(app, path(cast), people, method="POST")
    assert keeps_out(app, f"{path(cast)}/ban-moi/bo", people, method="POST")
