"""A stall's fee by hamlet: one list under one button, what is left open follows the fee for all."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from market.base.db import reading, transaction
from market.places.models import Commune
from market.sellers.models import HamletFee
from market.sellers.rules.fees import HouseFees
from market.values.money import Dong
from tests import factories as make
from tests.access import keeps_out
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.pages import hidden


def path(cast: Cast) -> str:
    return f"/ban-hang/{cast.htx.slug}/phi-giao"


def fees_of(cast: Cast) -> dict[int, int | None]:
    reading().expire_all()
    query = select(HamletFee.hamlet_id, HamletFee.fee).where(HamletFee.stall_id == cast.htx.stall)
    return {row.hamlet_id: row.fee for row in reading().execute(query)}


def test_a_fee_of_its_own_none_and_the_fee_for_all(client: FlaskClient, cast: Cast, now: Clock) -> None:
    sign_in(client, cast.htx.person, now())
    page = client.get(path(cast)).text
    assert "phí chung: <strong>10.000" in page
    typed = {f"thon{cast.nghia_dung}-fee": "15k", f"thon{cast.mo_doan}-stays_away": "y", f"thon{cast.mo_doan}-fee": "5"}
    sent = hidden(page, path(cast)) | typed
    assert client.post(path(cast), data=sent).status_code == 303
    assert fees_of(cast) == {cast.nghia_dung: 15_000, cast.mo_doan: None}
    assert client.post(path(cast), data=sent).status_code == 303, "the same decision again"
    other = client.post(path(cast), data=sent | {f"thon{cast.nghia_dung}-fee": "20k"})
    assert other.status_code == 409
    assert 'value="20k"' in other.text
    assert "thôn Nghĩa Dũng (nay là 15.000" in other.text
    again = hidden(client.get(path(cast)).text, path(cast))
    client.post(path(cast), data=again)
    assert fees_of(cast) == {}


def test_what_is_typed_wrong_comes_back_and_a_hamlet_of_elsewhere_is_no_hamlet(
    client: FlaskClient, cast: Cast, now: Clock
) -> None:
    with transaction() as session:
        far = make.make_commune(session, code="10507", name="xã Khác", letters="KH", host="khac.test")
        elsewhere = make.make_hamlet(session, far, "thôn Xa").id
    sign_in(client, cast.htx.person, now())
    page = client.get(path(cast)).text
    assert f"thon{elsewhere}-" not in page
    answer = client.post(path(cast), data=hidden(page, path(cast)) | {f"thon{cast.mo_doan}-fee": "nhiều"})
    assert (answer.status_code, 'value="nhiều"' in answer.text) == (422, True)
    client.post(path(cast), data=hidden(page, path(cast)) | {f"thon{elsewhere}-fee": "1"})
    assert fees_of(cast) == {}


def test_only_its_own_people_see_it(client: FlaskClient, cast: Cast) -> None:
    assert keeps_out(client.application, path(cast), [cast.lan.person, cast.mai])


def test_a_list_of_forty_hamlets_is_a_list(client: FlaskClient, cast: Cast, now: Clock) -> None:
    with transaction() as session:
        here = session.get_one(Commune, cast.commune)
        for number in range(40):
            make.make_hamlet(session, here, f"thôn Số {number}")
    sign_in(client, cast.htx.person, now())
    assert client.get(path(cast)).text.count('class="fee-row"') == 42


@pytest.mark.parametrize(
    ("hamlet", "goods", "asked", "goes"),
    [(1, 50_000, 5_000, True), (2, 50_000, 10_000, True), (3, 50_000, 0, False), (2, 200_000, 0, True)],
)
def test_the_fee_is_the_hamlets_own_and_free_from_so_much_on(hamlet: int, goods: int, asked: int, goes: bool) -> None:
    fees = HouseFees(fee=Dong(10_000), free_from=Dong(200_000), by_hamlet={1: Dong(5_000), 3: None})
    assert (fees.of(hamlet, Dong(goods)), fees.goes_to(hamlet)) == (asked, goes)
    assert fees.words == "phí từ 5.000\u00a0₫ đến 10.000\u00a0₫ theo thôn, miễn phí từ 200.000\u00a0₫ tiền hàng"
