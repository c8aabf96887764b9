"""The whole job once, over the pages alone: from the register to a KPI that moved, with the order behind it."""

import re
from io import BytesIO

from flask import Flask

from market.payments.banks.sepay.fake import FakeSePay
from tests.adoption.figures import look_everywhere
from tests.cast import Cast
from tests.catalog.pictures import jpeg
from tests.channels.templates import FILES, cells
from tests.conftest import Clock
from tests.factories import PASSWORD, sign_in
from tests.journeys.hand import Hand
from tests.nights import by_day_on

pytestmark = by_day_on("postgresql")

THEU = "/ban-hang/tranh-theu-xuan-neo-co-theu"
TU = "/ban-hang/ruoi-anh-tu"
ACCOUNT = "0900111222333"
STORY = (
    "Nếp cái hoa vàng cấy ruộng sâu đồng Mỗ, gặt tháng mười, phơi hai nắng, xát dối giữ cám. "
    "Hạt tròn, dẻo thơm, hợp đồ xôi và gói bánh chưng."
)
SECRET = "khoa-bi-mat-cua-co-theu"


def signed_in(app: Flask, person: int, now: Clock) -> Hand:
    hand = Hand(app)
    sign_in(hand.client, person, now(), visitor=f"máy của {person}")
    return hand


def numerator(officer: Hand) -> int:
    """The counted of the headline, as the officer reads it."""
    page = officer.open("/van-phong/chi-tieu").text
    found = re.search(r"Theo kế hoạch III\.2\.2 [\d,]+ % (\d+) / (\d+)", page)
    assert found, page[:800]
    return int(found[1])


def open_a_stall(app: Flask, officer: Hand, hamlet: int) -> Hand:
    """Cô Thêu signs up and claims her business; the officer sees her papers; she says where she is paid."""
    theu = Hand(app)
    theu.open("/dang-ky")
    theu.press("Lập tài khoản", name="Nguyễn Thị Thêu", phone="0900 000 014", password=PASSWORD, agrees="y")
    theu.open("/ban-hang/nhan-co-so")
    theu.press("Tìm trong sổ", thon=str(hamlet), q="tranh theu")
    theu.press("Của tôi")
    officer.open("/van-phong/duyet/co-so")
    officer.follow("Xem")
    officer.press(
        "Đã xem giấy tờ",
        full_name="Nguyễn Thị Thêu",
        paper="Căn cước công dân",
        citizen_id="030163000004",
        birth_date="1963-02-03",
    )
    theu.open(f"{THEU}/tai-khoan-nhan-tien")
    theu.press("Lưu tài khoản", bin="970405", number=ACCOUNT, holder="NGUYEN THI THEU")
    theu.press("Nối báo có", **{"connect-secret": SECRET})
    return theu


def come_to_the_point(theu: Hand) -> None:
    """She says that she comes to her hamlet's nhà văn hóa on Monday mornings."""
    page = theu.open(f"{THEU}/noi-giao")
    monday = next(one for one in page.all("input") if one.get("name").endswith("-days"))
    point = monday.get("name").removesuffix("-days")
    hours = {f"{point}-begins": "6:00", f"{point}-ends": "8:00"}
    theu.press("Lưu", **{monday.get("name"): monday.get("value")}, **hours)


def list_goods(theu: Hand, officer: Hand) -> None:
    """She puts up sticky rice from her phone with a picture, a name, a price and a unit; the officer lets it on."""
    theu.open(f"{THEU}/san-pham/moi")
    theu.press(
        "Đăng bán",
        photo=(BytesIO(jpeg()), "IMG_2041.jpg"),
        name="Nếp cái hoa vàng",
        price="35k",
        unit="kg",
        amount="40",
        description=STORY,
    )
    assert "Chờ xã xem" in theu.open(f"{THEU}/san-pham").text
    officer.open("/van-phong/duyet")
    officer.press("Duyệt", "/duyet/")


def stamp_a_lot(theu: Hand) -> str:
    """A lot of it with its journal; returns a stamp's code."""
    theu.open(f"{THEU}/lo/moi")
    theu.press("Mở lô", plot="Ruộng 7 đồng Mỗ", pack_amount="1", pack_unit="kg", yield_percent="65")
    lot = theu.path
    for kind, typed in (
        ("gieo_trong", {"happened_on": "2026-06-18"}),
        ("phun_thuoc", {"happened_on": "2026-09-29", "substance": "Validacin 5L", "phi_days": "14"}),
        ("thu_hoach", {"happened_on": "2026-10-20", "amount": "120"}),
        ("so_che", {"happened_on": "2026-10-25"}),
        ("dong_goi", {"happened_on": "2026-10-26", "amount": "70", "unit": "kg"}),
    ):
        theu.open(next(one.get("href") for one in theu.open(lot).all("a") if kind.replace("_", "-") in one.get("href")))
        theu.press("Ghi vào nhật ký", **typed)
    theu.open(lot)
    theu.press("Ghi xong lô")
    theu.press("Làm tem", count="65")
    sheet = theu.client.get(theu.link("Tải tờ tem"))
    assert sheet.mimetype == "application/pdf"
    theu.open(lot)
    theu.press("Dán tem xong", first="1", last="65")
    return lot.rsplit("/", 1)[-1]


def buy_from_both(buyer: Hand) -> dict[str, str]:
    """A villager finds both without marks and buys them in one cart; returns the order codes by stall."""
    for typed, found in (("nep cai", "Nếp cái hoa vàng"), ("ruoi", "Rươi tươi")):
        buyer.open(f"/tim?q={typed}")
        buyer.follow(found)
        buyer.press("Thêm vào giỏ", amount="2")
    buyer.open("/gio-hang")
    buyer.press("Đặt hàng")
    stall = next(one.get("name") for one in buyer.page.all("input") if one.get("value") == "chuyen_khoan")
    where_and_how = {"place": buyer.first_of("place")["place"]} | buyer.first_of("-pay") | {stall: "chuyen_khoan"}
    buyer.press("Xem lại đơn", name="Vũ Thị Mai", phone="0900 000 021", **where_and_how)
    receipt = buyer.press("Đặt hàng")
    codes = [found[1] for one in receipt.all("a") if (found := re.fullmatch(r"/don/(DS\w{7})", one.get("href")))]
    assert len(codes) == 2
    return dict(zip([one.text for one in receipt.all("h2")], codes, strict=True))


def hand_over(seller: Hand, stall: str, code: str, buyer: Hand, **typed: str) -> None:
    shown = buyer.open(f"/don/{code}")
    short = next(one.text for one in shown.all("strong") if one.get("class") == "copy-text" and len(one.text) == 4)
    seller.open(f"{stall}/don/{code}")
    seller.follow("Giao hàng")
    seller.press("Đã giao hàng", how="co_ma", shown=short, **typed)
    assert "Đã giao" in buyer.open(f"/don/{code}").text


def test_the_market_opens(app: Flask, cast: Cast, now: Clock) -> None:
    app.config.update(WTF_CSRF_ENABLED=True)
    officer = signed_in(app, cast.hung, now)
    tu = signed_in(app, cast.tu.person, now)
    before = numerator(officer)

    theu = open_a_stall(app, officer, cast.nghia_dung)
    come_to_the_point(theu)
    list_goods(theu, officer)
    lot = stamp_a_lot(theu)
    buyer = Hand(app)
    orders = buy_from_both(buyer)
    rice, ruoi = orders["Tranh thêu Xuân Nẻo cô Thêu"], orders["Rươi anh Tư"]

    theu.open(f"{THEU}/don/{rice}")
    theu.press("Nhận đơn")
    tu.open(f"{TU}/don/{ruoi}")
    tu.press("Nhận đơn")
    buyer.open(f"/don/{rice}")
    assert "NGUYEN THI THEU" in buyer.follow("Chuyển khoản").text

    hook = re.search(r"/webhook/sepay/[\w-]+", theu.open(f"{THEU}/tai-khoan-nhan-tien").text)
    assert hook
    notice = FakeSePay(account=ACCOUNT, secret=SECRET).send(1, 70_000, f"MBVCB.1.{rice.lower()}.CT tu 012", now())
    answer = theu.client.post(hook[0], data=notice.body, headers=notice.headers)
    assert answer.get_json() == {"success": True}
    assert "Đã nhận đủ" in buyer.open(f"/don/{rice}").text

    hand_over(theu, THEU, rice, buyer)
    hand_over(tu, TU, ruoi, buyer, cash="co")

    stamp_page = buyer.open(f"/lo/{lot}").text
    assert "Validacin 5L" in stamp_page
    export(theu, "shopee", "Shopee_mass_upload_mau.xlsx", "Bản đăng tải")
    export(theu, "tiktok", "Tiktoksellercenter_batchupload_mau.xlsx", "Template")
    look_everywhere(cast.commune)
    assert numerator(officer) == before, "a buyer whom nobody knows"
    officer.open(f"/van-phong/chi-tieu/don/{rice}")
    assert "Vũ Thị Mai" in officer.page.text
    officer.press("Ghi cuộc gọi", outcome="dung_la_mua", note="Mua nếp, bác tự kể")
    assert numerator(officer) == before + 1
    assert rice in officer.open("/van-phong/chi-tieu").text


def export(theu: Hand, channel: str, file: str, sheet: str) -> None:
    """Her goods leave in her own template of one marketplace."""
    theu.open(f"{THEU}/kenh")
    theu.press("Gửi mẫu", channel, template=(BytesIO((FILES / file).read_bytes()), file))
    links = [one.get("href") for one in theu.open(f"{THEU}/kenh/{channel}").all("a")]
    product = next(one for one in links if re.fullmatch(rf"{THEU}/kenh/{channel}/mon/\d+", one))
    theu.open(product)
    theu.press("Tìm", q="gạo")
    theu.press("Chọn")
    theu.open(product)
    theu.press("Lưu cân nặng", grams="1050")
    theu.open(f"{THEU}/kenh/{channel}")
    theu.press("vào mẫu", **({"shipping": "channel_id.5000"} if channel == "shopee" else {}))
    filled = theu.client.get(theu.link("Tải tệp")).data
    assert "Nếp cái hoa vàng" in " ".join(str(cell) for row in cells(filled, sheet) for cell in row)
