"""A class, a survey and what the plan asks in the field, on the phones of who comes and of who helps, and on the
office's screen."""

from flask.testing import FlaskClient
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy.orm import Session

from market.catalog.models import Variant
from tests.browser.conftest import new_phone
from tests.browser.looking import faults_everywhere, picture
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.outreach.steps import a_class, a_paper, a_path, key_of, scan, write_down
from tests.outreach.test_counted import adopt, another_farm, practise, proven, start
from tests.outreach.test_paths import begin, do
from tests.trace.steps import active_stamp


def signed_in(phone: BrowserContext, client: FlaskClient, person: int, now: Clock, address: str) -> Page:
    sign_in(client, person, now())
    cookie = client.get_cookie("choso")
    assert cookie
    phone.add_cookies([{"name": cookie.key, "value": cookie.value, "url": address}])
    return phone.new_page()


def test_a_class_is_signed_into_and_a_product_surveyed_on_a_phone(
    chromium: Browser, client: FlaskClient, cast: Cast, now: Clock, address: str
) -> None:
    held = a_class(cast, now)
    with new_phone(chromium, address) as theirs, new_phone(chromium, address) as helpers:
        guest = theirs.new_page()
        guest.goto(f"/lop/{key_of(held)}")
        assert faults_everywhere(guest) == []
        picture(guest, "class_sign_in")
        guest.get_by_label("Họ và tên").fill("Nguyễn Thị Hồng Nhung")
        guest.get_by_label("Số điện thoại").fill("0900 000 077")
        guest.get_by_role("button", name="Tôi có mặt").click()
        expect(guest.get_by_text("đã có tên trong danh sách lớp")).to_be_visible()

        vy = signed_in(helpers, client, cast.vy, now, address)
        vy.goto(f"/to-cong-nghe/lop/{held}")
        expect(vy.get_by_text("Nguyễn Thị Hồng Nhung")).to_be_visible()
        assert faults_everywhere(vy) == []
        picture(vy, "helper_class")
        vy.goto("/to-cong-nghe/khao-sat/moi")
        assert faults_everywhere(vy) == []
        picture(vy, "helper_survey_new")
        vy.get_by_label("Tên sản phẩm").fill("Tranh thêu phong cảnh")
        vy.get_by_label("Hộ làm ra").select_option(str(cast.theu))
        vy.get_by_label("Vì sao đặc trưng").fill("Làng nghề trăm năm.")
        vy.get_by_label("Tiềm năng").select_option("ocop")
        vy.get_by_role("button", name="Ghi vào danh mục").click()
        expect(vy.get_by_text("Đã ghi vào danh mục của xã.")).to_be_visible()
        assert faults_everywhere(vy) == []
        picture(vy, "helper_survey")


def test_every_page_of_the_field_holds_on_a_phone_and_on_a_desk(
    phone: BrowserContext, client: FlaskClient, cast: Cast, session: Session, now: Clock, address: str
) -> None:
    held = a_class(cast, now)
    scan(cast, held, now, cast.lan.person)
    for number in range(9):
        write_down(cast, held, f"Nguyễn Thị Người Học {number}", now)
    a_path(cast, now)
    entry = begin(cast, now)
    do(cast, entry, "Ảnh sản phẩm", now)
    a_paper(cast, cast.htx.business, "Nhãn hiệu chứng nhận", 100, now)
    another_farm(cast, now, "Hộ ông Nguyễn Văn Rất Dài Tên Ở Thôn Mỗ Đoạn")
    practise(cast, cast.tu.business, now)
    model = start(cast, now)
    adopt(cast, model, cast.tu, now)
    rice = session.get_one(Variant, cast.gao_nep).product_id
    active_stamp(cast, now())
    proven(cast, cast.htx, rice)
    hung = signed_in(phone, client, cast.hung, now, address)
    hung.goto("/van-phong/dac-trung")
    hung.get_by_label("Địa chỉ trang của món hàng").fill(f"{address}/san-pham/{rice}-gao")
    hung.get_by_role("button", name="Chọn làm sản phẩm đặc trưng").click()
    chosen = hung.url.partition("/van-phong")[2]
    for path, name in (
        ("/chuong-trinh", "programme"),
        (chosen, "signature"),
        ("/lop", "classes"),
        ("/lop/moi", "class_new"),
        (f"/lop/{held}", "class"),
        (f"/lop/{held}/in", "class_sheet"),
        ("/khao-sat", "survey"),
        ("/khao-sat/moi", "survey_new"),
        ("/ocop", "ocop"),
        ("/ocop/duong", "ocop_path"),
        (f"/ocop/{entry}", "ocop_entry"),
        ("/mo-hinh", "models"),
        (f"/mo-hinh/{model}?tim=htx", "model"),
        ("/ho-nong-dan", "farms"),
        (f"/ho-nong-dan/{cast.tu.business}", "farm"),
    ):
        hung.goto(f"/van-phong{path}")
        assert faults_everywhere(hung) == [], path
        picture(hung, f"field_{name}_360")
        hung.set_viewport_size({"width": 1280, "height": 800})
        picture(hung, f"field_{name}_1280")
        hung.set_viewport_size({"width": 360, "height": 640})
