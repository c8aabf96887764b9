"""One signature product: its four proofs, each opening what it rests on."""

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from market.catalog.models import Variant
from tests.cast import Cast
from tests.conftest import Clock
from tests.outreach.steps import a_paper
from tests.outreach.test_counted import proven
from tests.pages import press
from tests.trace.steps import active_stamp


def choose(client: FlaskClient, product_id: int) -> str:
    return client.post("/van-phong/dac-trung", data={"product": f"/san-pham/{product_id}-gao"}).location


def test_the_tile_turns_green_and_every_proof_opens(
    hung: FlaskClient, cast: Cast, session: Session, now: Clock
) -> None:
    rice = session.get_one(Variant, cast.gao_nep).product_id
    path = choose(hung, rice)
    assert "còn thiếu 4" in hung.get(path).text
    brand = {"brand": "Nếp Đại Sơn", "brand_on": "2026-10-01", "proof": "tờ trình 12"}
    assert press(hung, path, f"{path}/thuong-hieu", **(brand | {"brand": ""})).status_code == 422
    assert press(hung, path, f"{path}/thuong-hieu", **brand).status_code == 303
    paper = a_paper(cast, cast.htx.business, "Nhãn hiệu tập thể", 90, now)
    assert hung.post(f"{path}/nhan-hieu", data={"paper": "999"}).status_code == 422
    assert press(hung, path, f"{path}/nhan-hieu", paper=str(paper)).status_code == 303
    _, stamp = active_stamp(cast, now())
    code = proven(cast, cast.htx, rice)

    page = hung.get(path).text
    assert "đủ bốn điều" in page
    for address in (
        f"{path}#thuong-hieu",
        f"/van-phong/so-ho/{cast.htx.business}#giay",
        f"/T/{stamp}",
        f"/van-phong/chi-tieu/don/{code}",
    ):
        assert address in page or address.replace("/T/", "/t/") in page, address
        assert hung.get(address.partition("#")[0]).status_code in (200, 301)
    assert "figure-main" in hung.get("/van-phong/chuong-trinh").text
