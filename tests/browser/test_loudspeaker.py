"""The loudspeaker on a phone of 360 x 640: what stands over the whole screen, what is said, once however many pages."""

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import new_phone
from tests.browser.looking import faults_of, picture
from tests.browser.test_waiting import pass_a_round, show
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.payments.steps import buy, notice

LOUD = "/ban-hang/rau-ba-lan/loa"

SPEAKS = """() => {
  const before = () => JSON.parse(localStorage.getItem("said") ?? "[]");
  const said = (text) => localStorage.setItem("said", JSON.stringify([...before(), text]));
  speechSynthesis.getVoices = () => [{ lang: "en-US", localService: true }, { lang: "vi_VN", localService: true }];
  window.SpeechSynthesisUtterance = function (text) { this.text = text; };
  window.mine = [];
  speechSynthesis.speak = (one) => { said(one.text); window.mine.push(one.text); setTimeout(() => one.onend?.(), 0); };
}"""
"""A phone with a Vietnamese voice of its own, that writes down what it says, whichever page says it."""

RECORDED = """() => {
  window.played = [];
  const own = AudioBufferSourceNode.prototype.start;
  AudioBufferSourceNode.prototype.start = function (at, begins, length) {
    window.played.push([Math.round(at * 1000), begins, length, this.buffer.duration]);
    return own.call(this, at, begins, length);
  };
  window.tones = 0;
  const tone = AudioContext.prototype.createOscillator;
  AudioContext.prototype.createOscillator = function () { window.tones += 1; return tone.call(this); };
}"""


@pytest.fixture
def lans(chromium: Browser, address: str, client: FlaskClient, cast: Cast, now: Clock) -> Iterator[BrowserContext]:
    """Bà Lan's phone."""
    sign_in(client, cast.lan.person, now())
    kept = client.get_cookie("choso")
    assert kept is not None
    with new_phone(chromium, address) as phone:
        phone.add_cookies([{"name": "choso", "value": kept.value, "url": address}])
        yield phone


@pytest.fixture
def speaking(lans: BrowserContext) -> BrowserContext:
    lans.add_init_script(f"({SPEAKS})()")
    return lans


def opened(phone: BrowserContext) -> Page:
    """The page, the loudspeaker switched on; its clock is moved by the test."""
    page = phone.new_page()
    page.clock.install()
    page.goto(LOUD)
    page.get_by_role("button", name="Bật loa").click()
    expect(page.get_by_role("button", name="Tắt loa")).to_be_visible()
    page.clock.run_for(3000)
    return page


def said(page: Page) -> list[str]:
    found: list[str] = page.evaluate("JSON.parse(localStorage.getItem('said') ?? '[]')")
    return found


def hears(page: Page) -> None:
    """Until the page has asked, and has shown what it was told."""
    pass_a_round(page)
    expect(page.locator("dialog.loud")).to_be_visible()
    page.clock.run_for(2000)


def test_enough_too_little_and_too_much_look_and_sound_apart(speaking: BrowserContext, cast: Cast, now: Clock) -> None:
    page = opened(speaking)
    assert said(page) == ["Đây là giọng máy. Loa đã bật."]
    picture(page, "loud_on")
    cases = [
        (12_000, "du", "ĐỦ TIỀN", "12.000\u00a0₫", "Đủ tiền: mười hai nghìn đồng."),
        (200, "thieu", "THIẾU TIỀN", "11.800\u00a0₫", "Thiếu tiền, còn thiếu mười một nghìn tám trăm đồng."),
        (112_000, "thua", "THỪA TIỀN", "100.000\u00a0₫", "Thừa tiền, khách chuyển thừa một trăm nghìn đồng."),
    ]
    colours = set()
    for number, (amount, sort, heading, shown, sentence) in enumerate(cases, start=1):
        order = buy(cast, now())
        notice(number, amount, order.code, now())
        hears(page)
        screen = page.locator(f"dialog.loud-{sort}")
        expect(screen.get_by_role("heading")).to_have_text(heading)
        expect(screen.locator(".loud-sum")).to_have_text(shown)
        expect(screen.get_by_text(f"Đơn {order.code}")).to_be_visible()
        expect(screen.locator("[data-words]")).to_have_text(sentence)
        assert said(page)[-1] == sentence, "what is read is what is heard"
        colours.add(screen.evaluate("(node) => getComputedStyle(node).backgroundColor"))
        assert screen.evaluate("(node) => [node.clientWidth, node.clientHeight]") == [360, 640]
        assert sort != "thieu" or faults_of(page) == []
        picture(page, f"loud_{sort}")
        page.emulate_media(color_scheme="dark")
        picture(page, f"loud_{sort}_dark")
        page.emulate_media(color_scheme="light")
        page.get_by_role("button", name="Đã nghe").click()
        expect(page.locator("dialog.loud")).to_be_hidden()
        page.clock.run_for(3000)
    assert len(colours) == 3
    notice(9, 50_000, "tien rau", now())
    hears(page)
    assert said(page)[-1] == "Tiền vào năm mươi nghìn đồng, chưa rõ đơn nào."
    picture(page, "loud_chua_ro")
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    picture(page, "loud_chua_ro_large")
    page.evaluate("document.documentElement.style.fontSize = ''")
    page.get_by_role("button", name="Đã nghe").click()
    picture(page, "loud_list")


@pytest.mark.nightly  # the main way is by day
def test_it_is_said_three_times_and_not_once_more(speaking: BrowserContext, now: Clock) -> None:
    page = opened(speaking)
    notice(1, 50_000, "tien rau", now())
    hears(page)
    for _ in range(6):
        page.clock.run_for(10_000)
    assert said(page)[1:] == ["Tiền vào năm mươi nghìn đồng, chưa rõ đơn nào."] * 3
    expect(page.locator("dialog.loud")).to_be_visible()
    page.get_by_role("button", name="Đã nghe").click()
    expect(page.locator("dialog.loud")).to_be_hidden()
    page.reload()
    page.locator("h1").click()
    page.clock.run_for(20_000)
    assert len(said(page)) == 4, "what was heard is old on this phone"


def test_heard_is_heard(speaking: BrowserContext, now: Clock) -> None:
    page = opened(speaking)
    page.get_by_role("button", name="Đọc số tiền: có").click()
    notice(1, 50_000, "tien rau", now())
    hears(page)
    page.get_by_role("button", name="Đã nghe").click()
    before = said(page)[1:]
    assert set(before) == {"Có tiền vào, chưa rõ đơn nào."}, "without the amount"
    for _ in range(4):
        page.clock.run_for(10_000)
    assert said(page)[1:] == before, "not once more"


@pytest.mark.nightly  # the main way is by day
def test_two_pages_of_one_phone_say_it_once(speaking: BrowserContext, now: Clock) -> None:
    first, second = opened(speaking), opened(speaking)
    expect(first.get_by_text("Loa đang nói ở một trang khác của máy này.")).to_be_visible()
    notice(1, 50_000, "tien rau", now())
    hears(first)
    hears(second)
    assert set(said(first)[2:]) == {"Tiền vào năm mươi nghìn đồng, chưa rõ đơn nào."}
    assert first.evaluate("window.mine") == ["Đây là giọng máy. Loa đã bật."], "the page touched last speaks"
    expect(first.locator("dialog.loud")).to_be_visible()
    second.get_by_role("button", name="Đã nghe").click()
    expect(first.locator("dialog.loud")).to_be_hidden()
    before = len(said(first))
    for page in (first, second):
        page.clock.run_for(10_000)
    assert len(said(first)) == before, "heard on one is heard on both"
    second.close()
    expect(first.get_by_text("Loa đang bật.")).to_be_visible()
    notice(2, 60_000, "tien rau", now())
    hears(first)
    assert set(said(first)[before:]) == {"Tiền vào sáu mươi nghìn đồng, chưa rõ đơn nào."}, "the other takes over"


def test_in_quiet_hours_it_shows_and_is_silent(speaking: BrowserContext, now: Clock) -> None:
    now.move(hours=13)
    page = opened(speaking)
    expect(page.get_by_text("Đang giờ yên tĩnh đến 06:00")).to_be_visible()
    notice(1, 50_000, "tien rau", now())
    hears(page)
    for _ in range(4):
        page.clock.run_for(10_000)
    assert said(page) == ["Đây là giọng máy. Loa đã bật."]
    expect(page.locator("dialog.loud")).to_contain_text("50.000")


def test_without_a_voice_the_recordings_say_it_and_ask_for_nothing(
    lans: BrowserContext, cast: Cast, now: Clock
) -> None:
    lans.add_init_script(f"({RECORDED})()")
    page = lans.new_page()
    asked: list[str] = []
    with page.expect_response("**/clips.mp3*"):
        page.goto(LOUD)
    page.on("request", lambda request: asked.append(request.url))
    page.get_by_role("button", name="Nghe thử").click()
    for _ in range(100):
        if played := page.evaluate("window.played"):
            break
        page.wait_for_timeout(50)
    assert len(played) == len(["nghe thử", "đủ tiền", "hai", "trăm", "nghìn", "đồng"])
    assert page.evaluate("window.tones") == 2
    assert all(begins + length <= whole for _at, begins, length, whole in played)
    assert [one[0] for one in played] == sorted(one[0] for one in played)
    assert 1.5 < (played[-1][0] - played[0][0]) / 1000 < 4
    assert not [url for url in asked if "/static/" in url], "nothing is asked for when it is to be played"
    assert faults_of(page) == []


@pytest.mark.nightly  # the way without a voice is by day
def test_without_voice_and_recordings_it_says_that_it_only_rings(lans: BrowserContext) -> None:
    lans.route("**/clips.mp3*", lambda route: route.abort())
    page = lans.new_page()
    page.goto(LOUD)
    page.get_by_role("button", name="Bật loa").click()
    expect(page.get_by_text("Chưa tải được giọng đọc nên loa chỉ kêu, chưa nói.")).to_be_visible()
    lans.unroute("**/clips.mp3*")
    page.get_by_role("button", name="Nghe thử").click()
    page.get_by_role("button", name="Nghe thử").click()
    expect(page.get_by_text("Loa đang bật.")).to_be_visible()


def test_without_a_network_it_does_not_claim_to_listen(speaking: BrowserContext, now: Clock) -> None:
    page = opened(speaking)
    speaking.set_offline(True)
    expect(page.get_by_text("Trang chưa hỏi được chợ nên loa chưa biết có tiền vào.")).to_be_visible()
    notice(1, 50_000, "tien rau", now())
    now.move(minutes=3)
    notice(2, 60_000, "tien rau", now())
    speaking.set_offline(False)
    expect(page.locator("dialog.loud")).to_be_visible()
    page.clock.run_for(10_000)
    spoken = said(page)[1:]
    assert set(spoken) == {"Tiền vào sáu mươi nghìn đồng, chưa rõ đơn nào."}, "what is older is not told as new"
    expect(page.get_by_text("Tiền vào 50.000")).to_be_attached()
    expect(page.get_by_text("Loa đang bật.")).to_be_attached()


@pytest.mark.nightly  # how it is switched on is tried by day
def test_a_page_that_was_not_touched_says_that_it_is_silent(speaking: BrowserContext, now: Clock) -> None:
    opened(speaking).close()
    page = speaking.new_page()
    page.clock.install()
    page.goto(LOUD)
    expect(page.get_by_text("Chạm vào trang một lần thì loa mới nói được.")).to_be_visible()
    notice(1, 50_000, "tien rau", now())
    hears(page)
    assert len(said(page)) == 1
    page.locator("dialog.loud h2").click()
    page.clock.run_for(2000)
    expect(page.get_by_text("Loa đang bật.")).to_be_attached()
    assert set(said(page)[1:]) == {"Tiền vào năm mươi nghìn đồng, chưa rõ đơn nào."}


@pytest.mark.nightly  # as the page in front by day
def test_behind_another_app_it_goes_on_listening(speaking: BrowserContext, now: Clock) -> None:
    page = opened(speaking)
    show(page, hidden=True)
    notice(1, 50_000, "tien rau", now())
    hears(page)
    assert set(said(page)[1:]) == {"Tiền vào năm mươi nghìn đồng, chưa rõ đơn nào."}
