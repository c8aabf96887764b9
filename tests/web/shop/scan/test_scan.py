"""One box reads every code of the market, and opens nothing of anybody else's."""

import pytest
from flask.testing import FlaskClient

from market.values.codes import new_order_code, new_purchase_code, new_stamp_code
from tests.cast import Cast
from tests.conftest import Clock
from tests.trace import steps


def leads_to(client: FlaskClient, text: str) -> str:
    answer = client.get("/quet", query_string={"ma": text})
    assert answer.status_code == 303, answer.text
    return answer.location


def test_without_a_camera_a_code_is_typed(client: FlaskClient, cast: Cast) -> None:
    page = client.get("/quet")
    assert page.status_code == 200
    assert 'name="ma"' in page.text
    assert "js/scan.js" in page.text


def test_a_stamp_is_opened_however_it_is_typed(client: FlaskClient, cast: Cast, now: Clock) -> None:
    _, stamp = steps.active_stamp(cast, now())
    for typed in (stamp, stamp.lower(), f" {stamp[:4]}-{stamp[4:8]}-{stamp[8:]} ", f"HTTP://CHO.TEST/T/{stamp}"):
        path = leads_to(client, typed)
        assert path.upper() == f"/T/{stamp}"
        assert "Tem đã dán lên gói" in client.get(path).text


def test_orders_receipts_and_lots_are_opened(client: FlaskClient, cast: Cast) -> None:
    order, receipt = new_order_code("DS"), new_purchase_code()
    assert leads_to(client, order.lower()) == f"/don/{order}"
    assert leads_to(client, receipt) == f"/bien-nhan/{receipt}"
    assert leads_to(client, "l261113a").upper() == "/LO/L261113A"


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("http://cho.test/ban-hang/rau/don/DS7K2M9PM/giao?ma=ABCD", "/ban-hang/rau/don/DS7K2M9PM/giao?ma=ABCD"),
        ("http://localhost/lo/L261113A", "/lo/L261113A"),
        ("http://cho.test", "/"),
        ("http://cho.test//ke-xau.example/x", "/ke-xau.example/x"),
        ("http://cho.test/\\ke-xau.example/x", "/%5Cke-xau.example/x"),
    ],
)
def test_an_address_of_this_market_is_followed_within_it(
    client: FlaskClient, cast: Cast, address: str, path: str
) -> None:
    assert leads_to(client, address) == path


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("https://cho-gia.example/T/7K3M9PXQ2RP", "dẫn sang cho-gia.example, không phải chợ này"),
        ("https://cho.test.ke-xau.example/", "không phải chợ này"),
        ("http://cho.test@ke-xau.example/", "không phải chợ này"),
        ("http://[cho.test/T/7K3M9PXQ2RP", "dẫn sang nơi khác, không phải chợ này"),
        ("javascript:alert(1)", "Chưa đọc ra mã này"),
        ("00020101021138540010A00000072701", "Mời mở app ngân hàng"),
        ("7K3M9PXQ2RA", "Chưa đọc ra mã này"),
        ("rươi", "Chưa đọc ra mã này"),
    ],
)
def test_what_is_not_of_this_market_is_not_opened(client: FlaskClient, cast: Cast, text: str, sentence: str) -> None:
    page = client.get("/quet", query_string={"ma": text})
    assert page.status_code == 422
    assert sentence in page.text
    assert f'value="{text}"' in page.text, "what was typed stays"


def test_a_stamp_well_formed_but_never_printed_is_explained(client: FlaskClient, cast: Cast) -> None:
    assert client.get(leads_to(client, new_stamp_code())).status_code == 404
