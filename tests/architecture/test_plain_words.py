"""No sentence for people is in a trade's jargon: not the programmers', not half English, and to villagers not the
office's either (trial: people 16)."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.architecture.sentences import files_for_people, sentences_of
from tests.architecture.sources import MARKET

FORBIDDEN: Mapping[str, str] = {
    r"hmac|webhooks?|web hooks?|tokens?|api|endpoints?|payloads?|json|xml|https?|urls?|uri|ip|dns": "nói việc nó làm",
    r"secrets?(?: keys?)?|(?:api |access |secret )keys?|khóa bí mật|signing": "mã riêng",
    r"skus?|variants?|biến thể": "mã hàng, loại",
    r"slugs?|links?|đường link|linh|hyperlinks?": "đường dẫn, địa chỉ",
    r"uploads?|up(?:load)? (?:ảnh|hình|file|tệp)|úp (?:ảnh|hình)|up lên|tải lên": "gửi",
    r"downloads?|đao(?:n)?lốt": "tải về",
    r"sessions?|phiên (?:đăng nhập|làm việc)": "lần đăng nhập",
    r"submit|confirm|cancel|edit|delete|add|save|update|reset|refresh|check ?out|check ?in|check": "gửi, lưu, sửa, bỏ",
    r"log ?in|log ?out|sign ?in|sign ?up|accounts?|users?(?:name)?|passwords?|pass": "đăng nhập, tài khoản, mật khẩu",
    r"files?|folders?|import|export|template|format|csv": "tệp, thư mục, lấy vào, lấy ra, mẫu",
    r"cookies?|cache|server|máy chủ|client|browser|database|backup|sync|back-?up": "máy của xã, kho của chợ",
    r"cơ sở dữ liệu|hệ thống|giao diện|cấu hình|tham số|đồng bộ|kết xuất|trích xuất|truy xuất dữ liệu": "chợ",
    r"admin|dashboard|popup|pop-?up|tab|menu|button|icon|banner|clicks?|nhấp chuột|nhấn chuột|scan": "bấm, quét",
    r"online|offline|websites?|web|trang web|wifi": "trên mạng, mất mạng, trang",
    r"provider|feed|stock|order|shipping|voucher|sale off|flash sale|checkout": "kho, đơn, giao hàng",
    r"feedback|review|rating|email marketing|livestream": "lời góp ý",
    r"default|mặc định|error|bug|lỗi \d{3}|null|undefined|exception|timeout|deadline": "nói điều xảy ra",
    r"mã hóa|giải mã|băm|xác minh hai bước|2fa|otp|captcha|qr code": "cất kín, mã xác nhận, mã QR",
}
"""What nobody is told in these words, and what is said instead."""

VILLAGERS: Mapping[str, str] = {
    r"cơ sở(?! dữ liệu)": "hộ, HTX",
    r"chốt": "ghi xong",
    r"kích hoạt": "dán tem xong",
    r"hạt sơ chế": "gạo, đậu",
    r"100 phần": "100 cân",
    r"thực thể|đối tượng|bản ghi|trường dữ liệu|định danh": "người, món, dòng, ô",
}
"""Of the office's words, those that villagers do not use."""

OPERATOR = re.compile(
    r"(^|/)(cli|checks|retention)\.py$|^cli\.py$|^base/(commands|config|doctor|health|installation_checks|revisions|schema|"
    r"backup/.*|cli|jobs/commands|rekey)\.?.*$|^seeding/|^notices/senders/|^places/(rules/__init__|actions/communes)\.py$|"
    r"^communes/(archive/.*|actions/opening|rules/(opening_file|carried))\.py$"
)
"""Said at a command line to the one who runs the machine, whose words these are."""

OFFICE = re.compile(
    r"^(templates|web)/office/|^adoption/|^sellers/(importing|previews|jobs)\.py$|^sellers/(rules|queries)/|"
    r"^sellers/actions/(imports|joining|merging|register|answers|appointing|verifying|posts|papers)\.py$|^web/base/long_tasks\.py$"
)
"""Read at the office, whose word for whom it counts is `cơ sở` and whose figures are closed on a day."""

ALLOWED: Mapping[str, Mapping[str, str]] = {
    "templates/stall/lots/_lot_fields.html": {
        "cơ sở": "`tiêu chuẩn cơ sở` is what the law calls a standard of one's own"
    },
    "channels/rules/against.py": {"SKU": "the marketplace's own word, in brackets after ours, as its sheet has it"},
    "channels/rules/limits.py": {
        "SKU": "the marketplace's own word, in brackets after ours, as its sheet has it",
        "skus": "part of a pattern that reads a template",
        "biến thể": "part of a pattern that reads a template",
    },
    "channels/rules/forbidden.py": {
        word: "part of a pattern that finds what a marketplace forbids"
        for word in ("SKU", "add", "link", "order", "trang web", "web")
    },
    "channels/formats/tiktok/format.py": {"Tải lên": "the name of a marketplace's menu, to be found there"},
    "templates/stall/channels/channel.html": {"https": "said to the operator: the market's own address is not public"},
    "payments/banks/sepay/books.py": {"Cấu hình": "the name of a menu of SePay's, to be found there"},
    "payments/banks/casso/feed.py": {"Webhook": "the name of a kind of connection at Casso, to be found there"},
    "payments/banks/payos/feed.py": {"Webhook": "the name of a box of payOS's, to be found there"},
    "payments/card/fake/page.py": {word: "the page's own markup, not its words" for word in ("button", "session")},
    "templates/stall/card/_card_keys.html": {"checkout": "how names at Stripe begin, to be found there"},
    "templates/stall/bank/bank.html": {"OTP": "the warning names what banks call it"},
    "templates/stall/card/card.html": {"OTP": "the warning names what banks call it"},
    "templates/stall/drafts/account_draft.html": {"OTP": "the warning names what banks call it"},
    "templates/shop/pay/card.html": {"OTP": "the warning names what banks call it"},
    "templates/shop/pay/_refunds.html": {"OTP": "the warning names what banks call it"},
    "templates/shop/pay/refund.html": {"OTP": "the warning names what banks call it"},
    "templates/shop/pay/_pay_transfer.html": {"OTP": "the warning names what banks call it"},
    "base/spreadsheets/html_table.py": {"trang web": "said of a sheet that is one"},
    "values/old_fonts.py": {"ip": "a syllable of the language, by whose list old fonts are told"},
    "base/spreadsheets/tables.py": {"XML": "how Excel names the shape in which a clerk must not save"},
    "web/office/kpi/views/kpi.py": {"CSV": "how Excel names the shape of the list"},
    "templates/office/kpi/kpi.html": {"CSV": "how Excel names the shape of the list"},
}
"""File -> word -> why it stays."""


def found_in(path: str, text: str) -> Iterator[str]:
    """The forbidden words of a sentence, as they stand there."""
    words = [*FORBIDDEN] if OFFICE.search(path) else [*FORBIDDEN, *VILLAGERS]
    for word in words:
        yield from (found[0] for found in re.finditer(rf"(?<![\w./@:-])(?:{word})(?![\w@-])", text, re.IGNORECASE))


def findings() -> set[tuple[str, str]]:
    found = set()
    for path in files_for_people():
        name = path.relative_to(MARKET).as_posix()
        if OPERATOR.search(name):
            continue
        found |= {(name, word) for text in sentences_of(path) for word in found_in(name, text)}
    return found


def test_no_sentence_is_in_jargon() -> None:
    allowed = {(file, word) for file, words in ALLOWED.items() for word in words}
    assert sorted(findings() - allowed) == [], "say it as a villager would"
    assert sorted(allowed - findings()) == [], "words that no longer need an exception"


def test_the_pages_left_out_are_there() -> None:
    names = [path.relative_to(MARKET).as_posix() for path in files_for_people()]
    for left_out in (OPERATOR, OFFICE):
        assert any(left_out.search(name) for name in names)


@pytest.mark.parametrize(
    "planted",
    [
        "Bấm vào link này",
        "Gửi đường link cho khách",
        "Upload ảnh món hàng",
        "Up ảnh lên đây",
        "Dán token vào ô",
        "Mã SKU của món",
        "Phiên đăng nhập đã hết",
        "Chọn variant",
        "Kiểu bảo mật HMAC",
        "Địa chỉ webhook của bạn",
        "Hệ thống đang bận",
        "Chốt lô rồi kích hoạt tem",
        "Nhận cơ sở của tôi",
        "Tải file lên",
        "Click vào nút",
        "Đang offline",
    ],
)
def test_a_planted_word_is_seen_wherever_it_stands(tmp_path: Path, planted: str) -> None:
    shown = f"{planted}, bạn nhé"
    for name, text in (
        ("a.py", f'flash("{shown}")'),
        ("b.py", f'flash(f"{shown} {{x}}")'),
        ("a.html", f"<p>{{{{ x }}}} {shown}</p>"),
        ("b.html", f'{{{{ notice("{shown}", "sun") }}}}'),
        ("c.html", f'<button aria-label="{shown}"></button>'),
        ("a.js", f'say("{shown}");'),
        ("b.js", f"say(`{shown} ${{x}}`);"),
    ):
        path = tmp_path / name
        path.write_text(text, "utf-8")
        assert [word for text in sentences_of(path) for word in found_in(name, text)], name


@pytest.mark.parametrize(
    "plain",
    [
        "Bấm vào đường dẫn này",
        "Gửi ảnh",
        "Đã đăng nhập",
        "Mã hàng của món",
        "Mở app ngân hàng",
        "Quét mã QR",
        "Gửi Zalo",
    ],
)
def test_plain_words_are_none(plain: str) -> None:
    assert list(found_in("a.html", plain)) == []


def test_what_explains_the_code_is_no_sentence(tmp_path: Path) -> None:
    for name, text in (
        ("a.py", '"""Dán token ở đây."""\nx = 1  # gửi link'),
        ("a.html", "{# Dán token ở đây. #}<a href='/link' data-token='{{ token }}'></a>"),
        ("a.js", "// Dán token ở đây, bạn nhé."),
    ):
        path = tmp_path / name
        path.write_text(text, "utf-8")
        assert [word for text in sentences_of(path) for word in found_in(name, text)] == [], name
