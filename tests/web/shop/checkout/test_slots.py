"""The last look asks when goods are fetched, once for all stalls whose goods can be fetched together."""

import re
from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from market.base.db import reading, transaction
from market.orders.models import Order
from market.places.models import PickupPoint
from market.places.rules.hours import Slot
from market.sellers.models import Stall, StallVisit
from tests import factories as make
from tests.cast import Cast
from tests.conftest import Clock
from tests.nights import in_turns, on_both
from tests.orders.steps import place, wanted
from tests.queries import counting
from tests.web.shop.buying import fill_cart, hidden_fields, review, terms

pytestmark = in_turns  # alike on both kinds of database: one kind by day, the other with the next test

WEDNESDAY, THURSDAY = Slot(date(2026, 11, 25), 360, 540), Slot(date(2026, 11, 26), 360, 540)


@pytest.fixture
def opened(cast: Cast) -> Cast:
    with transaction() as session:
        make.open_point(session, session.get_one(PickupPoint, cast.pickup), (2, 6, 9), (3, 6, 9), capacity=2)
    return cast


def look(client: FlaskClient, cast: Cast) -> str:
    """Rice and greens, both to the point."""
    fill_cart(client, (cast.rau_muong, "1"), (cast.gao_nep, "1"))
    both = (terms(one.stall, point=cast.pickup) for one in (cast.lan, cast.htx))
    return review(client, hidden_fields(client.get("/dat-hang").text), *both).text


def chosen(cast: Cast, slot: Slot | None, **own: Slot) -> dict[str, str]:
    said = {f"buoi-{cast.lan.stall}_{cast.htx.stall}-slot": slot.value if slot else ""}
    return said | {f"buoi-{getattr(cast, name).stall}-slot": one.value for name, one in own.items()}


def kept() -> dict[int, Slot | None]:
    reading().expire_all()
    return {one.stall_id: one.slot for one in reading().scalars(select(Order))}


def test_nobody_never_here_has_a_slot_chosen_and_one_answer_makes_one_trip(client: FlaskClient, opened: Cast) -> None:
    page = look(client, opened)
    assert "Bạn đến Nhà văn hóa thôn Nghĩa Dũng lấy hàng buổi nào?" in page
    assert "Một chuyến lấy đủ hàng của Rau bà Lan, HTX nông nghiệp Đại Sơn." in page
    assert re.findall(r'value="[^"]+" checked', page) == []
    answer = client.post("/dat-hang/gui", data=hidden_fields(page))
    assert (answer.status_code, kept()) == (422, {})
    assert "Mời chọn buổi" in answer.text

    placed = client.post("/dat-hang/gui", data=hidden_fields(answer.text) | chosen(opened, THURSDAY))
    assert placed.status_code == 303
    assert kept() == {opened.lan.stall: THURSDAY, opened.htx.stall: THURSDAY}
    receipt = client.get(placed.location).text
    assert receipt.count(THURSDAY.words) == 2
    order = re.search(r"/don/DS[0-9A-Z]{7}", receipt)
    assert order is not None
    assert THURSDAY.title in client.get(order[0]).text


def test_who_was_here_finds_their_weekday_chosen_and_said_to_be_theirs(
    client: FlaskClient, opened: Cast, now: Clock
) -> None:
    client.post("/dat-hang/gui", data=hidden_fields(look(client, opened)) | chosen(opened, THURSDAY))
    now.move(days=3)
    page = look(client, opened)
    assert f'value="{Slot(date(2026, 12, 3), 360, 540).value}" checked' in page
    assert "Thứ Năm 3/12, 6:00–9:00 (như lần trước)" in page


def test_one_stall_may_be_fetched_apart_and_a_full_slot_keeps_what_was_chosen(
    client: FlaskClient, opened: Cast, now: Clock
) -> None:
    page = look(client, opened)
    place(opened.commune, wanted(opened.dau_xanh, point=opened.pickup, slot=WEDNESDAY), now=now())
    answer = client.post("/dat-hang/gui", data=hidden_fields(page) | chosen(opened, WEDNESDAY))
    assert answer.status_code == 422
    assert "vừa đủ đơn. Chưa đặt gì cả, giỏ còn nguyên. Còn chỗ buổi kế: thứ Năm 26/11, 6:00–9:00." in answer.text
    asked = client.post("/dat-hang/gui", data=hidden_fields(page) | chosen(opened, THURSDAY, lan=WEDNESDAY))
    assert asked.status_code == 303
    assert (kept()[opened.lan.stall], kept()[opened.htx.stall]) == (WEDNESDAY, THURSDAY)


def test_the_trip_on_which_a_stall_comes_anyway_stands_first(client: FlaskClient, opened: Cast, now: Clock) -> None:
    with transaction() as session:
        session.get_one(PickupPoint, opened.pickup).capacity = 9
    place(opened.commune, wanted(opened.dau_xanh, point=opened.pickup, slot=THURSDAY), now=now())
    page = look(client, opened)
    assert page.index(THURSDAY.value) < page.index(WEDNESDAY.value)
    assert "Rau bà Lan đã mang hàng tới buổi này." in page


def test_where_no_slot_is_left_another_place_is_asked_for(client: FlaskClient, opened: Cast) -> None:
    with transaction() as session:
        for day in (25, 26):
            make.close_point(session, opened.pickup, date(2026, 11, day))
        for day in (2, 3):
            make.close_point(session, opened.pickup, date(2026, 12, day))
    assert "chưa còn buổi nào lấy được hàng của Rau bà Lan" in look(client, opened)


def test_two_stalls_that_are_never_there_together_are_asked_for_apart(client: FlaskClient, opened: Cast) -> None:
    with transaction() as session:
        session.query(StallVisit).filter_by(stall_id=opened.lan.stall).update({"days": 0b0100})
        session.query(StallVisit).filter_by(stall_id=opened.htx.stall).update({"days": 0b1000})
    page = look(client, opened)
    own = chosen(opened, None, lan=WEDNESDAY, htx=THURSDAY)
    assert client.post("/dat-hang/gui", data=hidden_fields(page) | own).status_code == 303
    assert kept() == {opened.lan.stall: WEDNESDAY, opened.htx.stall: THURSDAY}


@on_both
@pytest.mark.parametrize("deposit", [0, 30])
def test_a_check_out_with_a_slot_takes_at_most_thirty_statements(
    client: FlaskClient, opened: Cast, now: Clock, deposit: int
) -> None:
    """Also where its stall asks strangers for a deposit."""
    with transaction() as session:
        stall = session.get_one(Stall, opened.htx.stall)
        stall.deposit_percent = deposit
        make.make_bank_account(session, stall.business, "HTX DAI SON", "0071000999999", now())
    client.get("/gio-hang")
    with counting() as seen:
        fill_cart(client, (opened.gao_nep, "1"))
        client.get("/gio-hang")
        client.get("/dat-hang")
        page = review(client, terms(opened.htx.stall, point=opened.pickup)).text
        slot = {f"buoi-{opened.htx.stall}-slot": WEDNESDAY.value}
        placed = client.post("/dat-hang/gui", data=hidden_fields(page) | slot)
        assert client.get(placed.location).status_code == 200
    assert kept() == {opened.htx.stall: WEDNESDAY}
    assert bool(reading().scalars(select(Order.deposit)).one()) == bool(deposit)
    assert len(seen) <= 30, f"{len(seen)}\n" + "\n".join(one[:150].replace("\n", " ") for one in seen)


@pytest.mark.parametrize("text", ["", "buoi", "2026-11-25_360", "9999999999-1-1_1_2", "2026-11-25_1_99999"])
def test_what_no_page_wrote_is_no_slot(client: FlaskClient, opened: Cast, text: str) -> None:
    posted = hidden_fields(look(client, opened)) | {f"buoi-{opened.lan.stall}_{opened.htx.stall}-slot": text}
    assert (client.post("/dat-hang/gui", data=posted).status_code, kept()) == (422, {})
