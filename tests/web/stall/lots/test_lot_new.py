"""A lot is opened with little."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from market.base.db import transaction
from market.catalog.models import Product, Variant
from market.sellers.models import Stall
from market.trace.models import Lot
from tests import factories as make
from tests.cast import Cast
from tests.conftest import Clock
from tests.trace.pages import at, only_its_people_may, words


def filled(product: int, **changes: str) -> dict[str, str]:
    typed = {"product": str(product), "plot": "Ruộng 12", "pack_amount": "5", "pack_unit": "kg", "yield_percent": "65"}
    return typed | {"best_before": "2027-10-20", "standard": "VietGAP", "client_key": "k-1"} | changes


@pytest.fixture
def rice(cast: Cast, session: Session) -> int:
    return session.get_one(Variant, cast.gao_nep).product_id


def test_a_lot_is_opened(htx: FlaskClient, cast: Cast, rice: int, session: Session) -> None:
    answer = htx.post(at(cast, "/moi"), data=filled(rice))
    assert (answer.status_code, answer.location) == (303, at(cast, "/L261124A"))
    lot = session.scalars(select(Lot)).one()
    assert (lot.plot, lot.pack_amount, lot.pack_unit, lot.yield_permille) == ("Ruộng 12", 5000, "kg", 650)
    assert (str(lot.best_before), lot.standard, lot.stall_id) == ("2027-10-20", "VietGAP", cast.htx.stall)


def test_sent_twice_it_is_one_lot(htx: FlaskClient, cast: Cast, rice: int, session: Session) -> None:
    assert (
        htx.post(at(cast, "/moi"), data=filled(rice)).location == htx.post(at(cast, "/moi"), data=filled(rice)).location
    )
    assert len(session.scalars(select(Lot)).all()) == 1


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"plot": ""}, "Mời ghi ruộng"),
        ({"pack_amount": "mấy"}, "Chưa đọc được số lượng"),
        ({"pack_amount": ""}, "Mời ghi mỗi gói"),
        ({"yield_percent": "900"}, "từ 0,1 đến 500"),
        ({"best_before": "mai"}, "Ngày viết như"),
        ({"pack_unit": "thúng"}, "Mời chọn một mục"),
        ({"product": "x"}, "Mời chọn một mục"),
    ],
)
def test_what_was_typed_comes_back_with_what_is_wrong(
    htx: FlaskClient, cast: Cast, rice: int, changes: dict[str, str], sentence: str
) -> None:
    page = htx.post(at(cast, "/moi"), data=filled(rice, standard="Tiêu chuẩn riêng") | changes)
    assert page.status_code == 422
    assert sentence in words(page)
    assert "Tiêu chuẩn riêng" in page.text


def test_anothers_goods_are_not_offered_and_not_taken(htx: FlaskClient, cast: Cast, session: Session) -> None:
    ruoi = session.get_one(Variant, cast.ruoi).product_id
    assert "Rươi" not in htx.get(at(cast, "/moi")).text
    assert htx.post(at(cast, "/moi"), data=filled(ruoi)).status_code == 422


def test_goods_are_offered_by_name(htx: FlaskClient, cast: Cast, now: Clock) -> None:
    with transaction() as writing:
        stall = writing.get_one(Stall, cast.htx.stall)
        for name in ("Ổi lê", "Bưởi diễn", "Cà rốt"):
            make.make_product(writing, stall, name, now())
    page = htx.get(at(cast, "/moi")).text
    places = [page.index(name) for name in ("Bưởi diễn", "Cà rốt", "Gạo nếp", "Ổi lê")]
    assert places == sorted(places)


def test_a_page_reached_from_a_product_knows_its_pack(htx: FlaskClient, cast: Cast, rice: int) -> None:
    with transaction() as writing:
        bag = {"unit": "tui", "pack_amount": 5000, "pack_unit": "kg"}
        writing.execute(update(Variant).where(Variant.id == cast.gao_nep).values(bag))
    page = htx.get(at(cast, f"/moi?san_pham={rice}")).text
    assert 'name="pack_amount" type="text" value="5"' in page
    assert htx.get(at(cast, "/moi?san_pham=999")).status_code == 200


def test_a_stall_without_goods_is_sent_to_put_some_up(htx: FlaskClient, cast: Cast) -> None:
    with transaction() as writing:
        writing.execute(update(Product).values(stall_id=cast.lan.stall))
    assert "Đăng món đầu tiên" in words(htx.get(at(cast, "/moi")))


def test_only_the_stalls_people_open_lots(client: FlaskClient, cast: Cast, now: Clock) -> None:
    only_its_people_may(client, cast, now, at(cast, "/moi"))
