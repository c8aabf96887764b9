"""Phản ánh on a phone: sent without an account, answered by the hamlet's helper, found good in one tap; the office's
board, and a story that somebody agrees to."""

from pathlib import Path

from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect

from market.feedback.rules.tickets import TicketKind
from tests.browser.conftest import new_phone
from tests.browser.looking import faults_everywhere, picture
from tests.cast import Cast
from tests.catalog.pictures import jpeg
from tests.conftest import Clock
from tests.factories import sign_in
from tests.feedback.steps import send
from tests.feedback.test_ideas import propose
from tests.feedback.test_stories import mandated, sold, written


def signed_in(app: Flask, phone: BrowserContext, person: int, now: Clock, address: str) -> Page:
    client = app.test_client()
    sign_in(client, person, now())
    kept = client.get_cookie("choso")
    assert kept is not None
    phone.add_cookies([{"name": "choso", "value": kept.value, "url": address}])
    return phone.new_page()


def test_somebody_tells_of_a_difficulty_and_finds_the_answer_good(
    app: Flask, chromium: Browser, page: Page, cast: Cast, now: Clock, address: str, tmp_path: Path
) -> None:
    photo = tmp_path / "man-hinh.jpg"
    photo.write_bytes(jpeg(1600, 1200))
    page.goto(f"/gian-hang/{cast.lan.slug}")
    page.get_by_role("link", name="Phản ánh về trang này").click()
    page.get_by_label("Gặp khó khi dùng chợ").check()
    page.get_by_label("Không về riêng ai").check()
    page.get_by_label("Ở thôn nào?").select_option("thôn Nghĩa Dũng")
    page.get_by_label("Chuyện thế nào?").fill("Mẹ tôi bảy mươi tuổi, mở chợ lên toàn chữ nhỏ, không bấm được vào đâu")
    page.get_by_label("Ảnh").set_input_files(photo)
    page.get_by_label("Số máy để gọi lại").fill("0900 000 021")
    assert faults_everywhere(page) == []
    picture(page, "ticket_form")
    page.get_by_role("button", name="Gửi xã").click()
    expect(page.get_by_text("Xã đã nhận. Giữ lấy mã này")).to_be_visible()
    assert faults_everywhere(page) == []
    picture(page, "ticket_code")
    with new_phone(chromium, address) as vys:
        vy = signed_in(app, vys, cast.vy, now, address)
        vy.goto("/to-cong-nghe/phan-anh")
        assert faults_everywhere(vy) == []
        picture(vy, "ticket_helper_list")
        vy.get_by_role("link", name="Gặp khó khi dùng chợ").click()
        expect(vy.get_by_text("0900")).to_have_count(0)
        assert faults_everywhere(vy) == []
        picture(vy, "ticket_helper")
        vy.get_by_label("Trả lời người gửi").fill("Chiều mai em qua nhà văn hóa, bác mang máy ra em chỉ.")
        vy.get_by_role("button", name="Trả lời").click()
        expect(vy.get_by_text("Người gửi mở mã là đọc được.")).to_be_visible()
    page.reload()
    expect(page.get_by_text("bác mang máy ra em chỉ")).to_be_visible()
    assert faults_everywhere(page) == []
    picture(page, "ticket_answered")
    page.get_by_role("button", name="Được, tôi hài lòng").click()
    expect(page.get_by_text("Bạn đã ghi: hài lòng.")).to_be_visible()


def test_the_office_has_its_board_and_tells_a_story_once_its_people_agree(
    app: Flask, chromium: Browser, cast: Cast, now: Clock, address: str
) -> None:
    mandated(cast, now, began=20)
    sold(cast, now, 1, ago=5)
    written(cast, now, business_id=cast.htx.business)
    propose(cast, now, may_publish=True, signed="Vũ Thị Mai")
    send(cast, now, kind=TicketKind.FRAUD, words="Có người gọi điện xưng là chợ, xin mã")
    now.move(days=6)
    send(cast, now)
    with (
        new_phone(chromium, address) as sons,
        new_phone(chromium, address) as hungs,
        new_phone(chromium, address) as all_,
    ):
        son = signed_in(app, sons, cast.htx.person, now, address)
        son.goto(f"/ban-hang/{cast.htx.slug}/giup-toi")
        son.get_by_role("link", name="Chuyện về tôi").click()
        assert faults_everywhere(son) == []
        picture(son, "story_own")
        son.get_by_role("button", name="Tôi đồng ý cho đăng").click()
        hung = signed_in(app, hungs, cast.hung, now, address)
        for path, name in (
            ("/van-phong/phan-anh", "ticket_board"),
            ("/van-phong/phan-anh/noi-nhan", "ticket_desks"),
            ("/van-phong/gop-y", "idea_list"),
            ("/van-phong/chuyen", "story_list"),
            (f"/van-phong/chuyen/moi/{cast.lan.business}", "story_new"),
        ):
            hung.goto(path)
            assert faults_everywhere(hung) == []
            picture(hung, name)
            hung.set_viewport_size({"width": 1280, "height": 800})
            picture(hung, f"{name}_wide")
            hung.set_viewport_size({"width": 360, "height": 640})
        hung.goto("/van-phong/gop-y")
        hung.get_by_role("link", name="Chợ phiên tối thứ Bảy").click()
        assert faults_everywhere(hung) == []
        picture(hung, "idea_office")
        hung.goto("/van-phong/phan-anh")
        hung.get_by_role("link", name="Lừa đảo").click()
        assert faults_everywhere(hung) == []
        picture(hung, "ticket_office")
        hung.goto("/van-phong/chuyen")
        hung.get_by_role("link", name="Bà Lan bán rau").click()
        assert faults_everywhere(hung) == []
        picture(hung, "story_office")
        hung.get_by_role("button", name="Đăng lên chợ").click()
        everybody = all_.new_page()
        for path, name in (("/chuyen", "stories"), ("/chuyen/ba-lan-ban-rau", "story"), ("/gop-y", "ideas")):
            everybody.goto(path)
            assert faults_everywhere(everybody) == []
            picture(everybody, name)
