"""One business: what the register says and said, who it is, its papers and mandates."""

import re
from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient

from market.accounts.models import Person
from market.base.db import transaction
from market.places.models import Commune
from market.sellers.models import Business, UnreadCell
from market.values.period import local_day
from tests import factories as make
from tests.access import keeps_out
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.queries import counting


def test_the_page_tells_history_people_and_verification(client: FlaskClient, cast: Cast, now: Clock) -> None:
    sign_in(client, cast.hung, now())

    page = client.get(f"/van-phong/so-ho/{cast.lan.business}").text

    for part in ("01/07/2025", "sổ của xã", "Phạm Thị Lan", "đã xem CCCD", "24/11/2026", 'href="tel:+84900000011"'):
        assert part in page


def test_a_business_without_account_says_so(client: FlaskClient, cast: Cast, now: Clock) -> None:
    sign_in(client, cast.hung, now())

    assert "Chưa ai nhận cơ sở này" in client.get(f"/van-phong/so-ho/{cast.theu}").text


def test_another_communes_business_is_not_there(client: FlaskClient, cast: Cast, now: Clock) -> None:
    with transaction() as writing:
        other = make.make_commune(writing, code="07627", name="xã Đại Sơn (Bắc Ninh)", letters="BN", host="bn.example")
        business = make.make_business(writing, make.make_hamlet(writing, other, "thôn Xa"), "Hộ xa", now()).id
    sign_in(client, cast.hung, now())

    assert client.get(f"/van-phong/so-ho/{business}").status_code == 404
    assert client.get(f"/van-phong/so-ho/{business}/sua").status_code == 404


def test_the_page_asks_a_fixed_number_of_questions(client: FlaskClient, cast: Cast, now: Clock) -> None:
    sign_in(client, cast.hung, now())
    client.get(f"/van-phong/so-ho/{cast.lan.business}")

    with counting() as seen:
        client.get(f"/van-phong/so-ho/{cast.lan.business}")

    assert len(seen) <= 16


def test_others_find_nothing(app: Flask, cast: Cast) -> None:
    assert keeps_out(app, f"/van-phong/so-ho/{cast.lan.business}", [cast.lan.person, cast.vy, cast.stranger])


def test_many_mandates_stand_a_page_at_a_time_those_that_last_first(
    client: FlaskClient, cast: Cast, now: Clock
) -> None:
    """growth 14: of fifty the oldest were found nowhere, and who may act today stood behind who once might."""
    lasts = given_to_helpers(cast, now, 12)
    sign_in(client, cast.hung, now())
    path = f"/van-phong/so-ho/{cast.theu}"

    first, second, last = (section(client.get(f"{path}?uy_quyen={page}").text, "uy-quyen") for page in (1, 2, 9))

    assert "(12)" in first
    assert f"Người giúp Trần Thị Ngọc Ánh {lasts}</strong>" in first, "the one that lasts, though all others are newer"
    assert first.count("Chấm dứt") == 1
    assert [text.count("<li") for text in (first, second, last)] == [5, 5, 2]
    assert "Trang 3 / 3" in last, "of a page that is not there the nearest that is"
    names = [name for text in (first, second, last) for name in re.findall(r"Ngọc Ánh (\d+)<", text)]
    assert sorted(map(int, names)) == list(range(12)), "each once"
    assert f'href="{path}?uy_quyen=2#uy-quyen"' in first


def test_the_pages_of_two_lists_are_turned_one_by_one(client: FlaskClient, cast: Cast, now: Clock) -> None:
    given_to_helpers(cast, now, 6)
    with transaction() as session:
        for number in range(7):
            text = f"{number}9,1 ha ruộng, chưa rõ thửa nào của nhà ai"
            unread = UnreadCell(business_id=cast.theu, field="trade", text=text, why="Chữ lạ.", noted_at=now())
            session.add(unread)
    sign_in(client, cast.hung, now())

    page = client.get(f"/van-phong/so-ho/{cast.theu}?chua_doc=2").text

    assert 'Chưa đọc được <span class="soft">(7)</span>' in page, "how many wait, also where two are shown"
    assert section(page, "chua-doc").count("Cất đi") == 2
    assert re.search(rf'/so-ho/{cast.theu}\?chua_doc=2&amp;uy_quyen=2#uy-quyen"|uy_quyen=2&amp;chua_doc=2#', page)


def given_to_helpers(cast: Cast, now: Clock, count: int) -> int:
    """So many mandates of cô Thêu's, of which the first given alone has not ended; returns its number in the names."""
    today = local_day(now())
    with transaction() as session:
        business, hung = session.get_one(Business, cast.theu), session.get_one(Person, cast.hung)
        commune = session.get_one(Commune, cast.commune)
        for number in range(count):
            name = f"Người giúp Trần Thị Ngọc Ánh {number}"
            helper = make.make_person(session, commune, name, f"0900 000 {600 + number}", now())
            mandate = make.make_mandate(session, business, helper, hung, now())
            mandate.ends_on = today + timedelta(days=9) if number == 0 else today - timedelta(days=number)
            mandate.starts_on = today - timedelta(days=99)
    return 0


def section(page: str, name: str) -> str:
    """What stands between the tags of the section of this name."""
    return page.partition(f'id="{name}"')[2].partition("</section>")[0]
