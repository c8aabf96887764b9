"""No sentence says that somebody was told, reminded or is at work, unless a row says so too (trial: people 1).

A sentence that tells of telling is found by its words; each stands here with the row that makes it true, or with what
else it is about. Nothing leaves the market by itself: who opens their page sees it there, and that is what pages say.
"""

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask

from market.base.db import Base
from tests.architecture.sources import MARKET, TEMPLATES, python_files

SCRIPTS = MARKET / "static" / "js"
_HAPPENS = r"(?:đã|vừa|được|sẽ|đang|tự|đều|mới)"
_BETWEEN = r"(?:\s+(?:được|tự|cùng|cũng|cho|ai|lại|vừa|chợ|xã|người bán|khách))*"
_TELLS = r"(?:báo(?! cáo)|nhắn|nhắc|thông báo|gửi|gọi|kêu|chuyển lời|đánh tiếng)"
_WORKS = (
    r"đang\s+(?:xem|kiểm tra|chuẩn bị|liên hệ|xử lý)|(?:đã|vừa)\s+(?:liên hệ|chuyển lời)"
    r"|đã\s+(?:đến|tới)\s+(?:gian|người)|(?:khách|người bán|người mua|xã|cán bộ|(?:cô|chú|bà|anh|chị)(?:\s+\w+)?)"
    r"\s+(?:đã|vừa)\s+(?:xem|đọc|biết|thấy|nghe)"
)
_SOON = r"(?:báo|biết|thấy|hay|trả lời)\s+(?:ngay|sớm|liền)"
_PROMISES = r"báo bạn|cho (?:khách|người bán|người mua) biết"
TELLING = re.compile(rf"\b(?:{_HAPPENS}{_BETWEEN}\s+{_TELLS}|{_WORKS}|{_SOON}|{_PROMISES})\b", re.IGNORECASE)
_CLAUSE = re.compile(r"[^.:;!?\"“”{}<>\n]+")
"""What stands between stops, quotes, tags and values."""


@dataclass(frozen=True, slots=True)
class Row:
    """The column that holds what the sentence says happened."""

    column: str


@dataclass(frozen=True, slots=True)
class Other:
    """What the words are about, where nobody is said to have been told."""

    why: str


LOOKED_AT = Other("what the reader looks at")
BROWSER = Other("what the browser does now")
ANSWERED = Other("the request that is answered")

TOLD: Mapping[str, Mapping[str, Row | Other]] = {
    "adoption/queries/before_lock.py": {
        "tiền đã báo nay bị gỡ ra": Row("allocation.at"),
    },
    "adoption/rules/facts.py": {
        "Đã gọi người mua": Row("buyer_call.called_at"),
    },
    "adoption/rules/periods.py": {
        "Đã gửi": Row("period_sending.sent_at"),
    },
    "base/client_keys.py": {
        "Trang này đã gửi một lần rồi, chợ đã ghi": Other("the form itself, known by its key"),
    },
    "base/jobs/long_tasks.py": {
        "Trang này đã gửi một lần rồi và việc đó vẫn còn": Row("long_task.client_key"),
        "Tệp đã gửi không còn nữa": Row("long_task.input_key"),
    },
    "catalog/actions/brakes.py": {
        "Gian hàng vừa gửi nhiều ảnh hoặc tệp liền nhau": Row("try_window.began_at"),
    },
    "catalog/actions/uploads.py": {
        "Gian hàng đã gửi": Row("stored_picture.stored_at"),
    },
    "catalog/cli.py": {
        ", đang xem món có": LOOKED_AT,
        ", đang xem kết quả cho": LOOKED_AT,
    },
    "catalog/rules/__init__.py": {
        "Bạn đã báo hết hàng": Row("variant.is_sold_out"),
    },
    "notices/cli.py": {
        "đổi khóa thì mọi máy đang được báo tin phải bật lại": Row("push_subscription.server_key"),
    },
    "notices/senders/web_push/browsers.py": {
        "muốn được báo, mời mở chợ bằng Chrome, Edge, Firefox hoặc Safari": Other("what the reader may do"),
    },
    "notices/retention.py": {
        "Mỗi tháng xã đã gửi bao nhiêu tin mất tiền": Row("paid_notices.sent"),
        "Tin báo đã gửi ra ngoài chợ bằng cách nào, được hay không": Row("notice_delivery.state"),
    },
    "templates/account/ways/ways.html": {
        "Không chọn thì đơn đến ban đêm chờ sáng mới báo": Other("what the reader chooses"),
        "Bật ở đây thì máy này báo bạn ngay cả khi không mở chợ": Row("push_subscription.last_ok_at"),
        "tháng này đã gửi": Row("paid_notices.sent"),
    },
    "templates/stall/window/window.html": {
        "Có đơn thì báo bạn qua đâu, gửi thử một tin": Other("what stands on the page behind the link"),
    },
    "web/account/ways/views.py": {
        "Bạn vừa gửi thử nhiều lần": Row("try_window.began_at"),
        "Mời xem máy, rồi mở lại trang này xem đã gửi chưa": Row("notice_delivery.state"),
        "có thể đã gửi, chợ chưa chắc": Row("notice_delivery.state"),
        "Đang gửi thử qua": Row("job.created_at"),
        "đang gửi": Row("notice_delivery.state"),
        "đã gửi": Row("notice_delivery.state"),
    },
    "notices/checks.py": {
        "Tin báo được gửi qua": Other("which sender has its settings, said to the operator"),
    },
    "orders/rules/life.py": {
        "Đã gửi đơn": Row("order.placed_at"),
    },
    "orders/retention.py": {
        "Trình duyệt được báo tin, địa chỉ cất kín": Row("push_subscription.endpoint_cipher"),
    },
    "web/office/settings/views/closures.py": {
        "Đã báo khách và người bán của": Row("notice.sentence"),
    },
    "payments/importing.py": {
        "Tệp đã gửi không còn nữa": Row("long_task.input_key"),
    },
    "payments/actions/refunding.py": {
        "Bạn đã báo nhận lại": Row("refund_answer.kind"),
    },
    "payments/rules/cards.py": {
        "nơi nhận thẻ đang gửi": Row("card_refund.state"),
        "nơi nhận thẻ đã gửi": Row("card_refund.state"),
    },
    "payments/queries/refunds.py": {
        "đã báo hoàn": Row("payment_request.refunded"),
    },
    "sellers/actions/brakes.py": {
        "Bạn vừa gửi nhiều ảnh liền nhau": Row("try_window.began_at"),
        "Bạn vừa gửi xã nhiều lần, nên lần này chưa gửi": Row("try_window.began_at"),
    },
    "sellers/actions/change_requests.py": {
        "Hôm nay gian hàng đã gửi xã xem": Row("change_request.asked_at"),
        "Người bán vừa gửi bản khác thay bản này": Row("change_request.asked_at"),
    },
    "sellers/actions/drafts.py": {
        "Bạn đã gửi": Row("private_picture.sent_at"),
        "Bạn đã gửi nhiều ảnh quá": Row("private_picture.sent_at"),
    },
    "sellers/actions/receiving.py": {
        "Không phải ý của gian hàng thì báo ngay cho xã": Other("what the reader may do"),
    },
    "sellers/actions/stall_words.py": {
        "Trong 30 ngày qua xã đã xem": Row("change_request.decided_at"),
    },
    "sellers/importing.py": {
        "Tệp đã gửi không còn nữa": Row("long_task.input_key"),
    },
    "static/js/photo.js": {
        "Đang gửi nốt ảnh rồi đăng…": BROWSER,
        "Đang gửi ảnh…": BROWSER,
        "Ảnh đã gửi rồi, vẫn giữ ở đây": Other("the form holds the picture's key"),
        "Ảnh đã gửi xong": Other("the market has answered with the picture's key"),
    },
    "static/js/ring.js": {
        "Chạm vào trang một lần thì máy mới kêu được": Other("what a browser asks for before it is heard"),
    },
    "templates/account/sign_in.html": {
        "xong bạn về đúng trang đang xem": LOOKED_AT,
    },
    "templates/account/terms.html": {
        "họ tên, số điện thoại, giấy tờ cán bộ đã xem": Row("verification.paper"),
    },
    "templates/office/kpi/kpi_calls.html": {
        "Tuần này đã gọi xong": Row("buyer_call.called_at"),
        "· đã gọi": Row("buyer_call.called_at"),
    },
    "templates/office/kpi/kpi_period.html": {
        "Bản thay thế này chưa ghi là đã gửi": Row("period_sending.sent_at"),
        "Ghi là đã gửi": Row("period_sending.sent_at"),
    },
    "web/office/kpi/views/kpi_period.py": {
        "Đã ghi là báo cáo của kỳ này đã gửi": Row("period_sending.sent_at"),
    },
    "templates/office/kpi/kpi_order.html": {
        "Đã gọi": Row("buyer_call.called_at"),
    },
    "templates/office/register/business.html": {
        "Đã được nhắc": Row("verification.warnings"),
    },
    "templates/shop/browse/ranking.html": {
        "Lúc đó đầu trang luôn nói rõ đang xem kết quả cho chữ nào": LOOKED_AT,
    },
    "templates/shop/browse/stall.html": {
        "Xã đã xem giấy tờ": Row("verification.verified_at"),
    },
    "templates/shop/checkout/checkout.html": {
        "Người bán (xã đã xem giấy tờ)": Row("verification.verified_at"),
    },
    "templates/shop/checkout/checkout_review.html": {
        "Người bán (xã đã xem giấy tờ)": Row("verification.verified_at"),
    },
    "templates/shop/product/_product.html": {
        "· xã đã xem giấy tờ": Row("verification.verified_at"),
    },
    "templates/stall/identity/identity.html": {
        "cán bộ đã xem": Row("verification.verified_at"),
    },
    "templates/shop/browse/search.html": {
        ", đang xem mọi nhóm hàng": LOOKED_AT,
        ", đang xem món có": LOOKED_AT,
        ", đang xem kết quả cho": LOOKED_AT,
    },
    "templates/parts/push.html": {
        "có tin, máy này báo ngay cả khi không mở chợ": Row("push_subscription.last_ok_at"),
    },
    "templates/shop/order/_order_own.html": {
        "máy này báo bạn ngay cả khi không mở chợ": Row("push_subscription.last_ok_at"),
    },
    "templates/shop/order/_order_status.html": {
        "Bạn đang xem bằng 4 số cuối điện thoại nên chỉ thấy tình trạng đơn": LOOKED_AT,
    },
    "templates/shop/order/purchase.html": {
        "Đơn đã đến gian hàng trên chợ": Row("order.stall_id"),
        "máy này báo bạn ngay cả khi không mở chợ": Row("push_subscription.last_ok_at"),
    },
    "templates/shop/parts/parts.html": {
        "Tiền về, trang sẽ tự báo": Other("a part shown to developers"),
    },
    "templates/shop/pay/_pay_to.html": {
        "Người nhận (xã đã xem giấy tờ)": Row("verification.verified_at"),
        "Đang xem trên điện thoại này": LOOKED_AT,
    },
    "templates/shop/pay/_pay_told.html": {
        "Bạn đã báo chuyển lúc": Row("order.said_paid_at"),
        "Tiền về, trang sẽ tự báo": Row("payment_request.received"),
    },
    "templates/shop/pay/card.html": {
        "Tiền về, trang sẽ tự báo": Row("payment_request.received"),
    },
    "templates/stall/bank/bank.html": {
        ", nối vào đây thì trang của khách tự báo đã nhận tiền": Row("payment_request.received"),
        "Tiền về tự báo": Row("bank_connection.last_notice_at"),
    },
    "templates/stall/lots/lot.html": {
        "Ghi xong lô rồi mới báo dán tem được": Other("what the seller is to do"),
        "Bán ngoài chợ thì bạn tự báo khách": Other("what the seller is to do"),
    },
    "templates/stall/lots/lot_buyers.html": {
        "Bán ngoài chợ thì bạn tự báo khách": Other("what the seller is to do"),
    },
    "templates/stall/money/_rows.html": {
        "Nơi nhận thẻ đang gửi về thẻ khách": Row("card_refund.state"),
    },
    "templates/shop/pay/refund.html": {
        ", bạn đã báo nhận đủ": Row("refund_answer.kind"),
        "Bạn đã báo chưa nhận được": Row("refund_answer.kind"),
    },
    "templates/stall/money/money.html": {
        "Muốn chợ tự báo thì nối báo có của ngân hàng": Row("bank_connection.last_notice_at"),
    },
    "templates/stall/orders/_in_hand.html": {
        "Đang chuẩn bị và chờ giao": Row("order.accepted_at"),
    },
    "templates/stall/orders/order.html": {
        "Tôi đã gọi báo khách": Row("order.acceptance_known_at"),
        "Khách đã đọc mã và nhận hàng ở điểm nhận lúc": Row("order.buyer_confirmed_at"),
    },
    "templates/stall/orders/order_hand_over.html": {
        "Khách đã đọc mã và nhận hàng ở điểm nhận lúc": Row("order.buyer_confirmed_at"),
    },
    "templates/stall/products/_photo_picker.html": {
        "Ảnh đang gửi": BROWSER,
        "Ảnh đã gửi rồi, vẫn giữ ở đây": Other("the form holds the picture's key"),
    },
    "templates/stall/products/product_edit.html": {
        "đã báo hết": Row("variant.is_sold_out"),
    },
    "templates/stall/today/today.html": {
        "Có đơn mới, máy này báo bạn ngay cả khi không mở chợ": Row("push_subscription.last_ok_at"),
    },
    "web/base/error_pages.py": {
        "Trang chưa đọc được điều vừa gửi": ANSWERED,
    },
    "web/base/outages.py": {
        "Chợ chưa mở được phần dữ liệu có khóa (số tài khoản, khóa nối), việc vừa gửi chưa được ghi": ANSWERED,
        "Chợ tạm thời chưa ghi thêm được gì, việc vừa gửi chưa được ghi": ANSWERED,
        "Kho dữ liệu của chợ chưa trả lời, việc vừa gửi có thể chưa được ghi": ANSWERED,
    },
    "templates/stall/settings/mine.html": {
        "Đã gửi": Row("private_picture.sent_at"),
    },
    "web/office/log/words.py": {
        "ghi đã gửi báo cáo của kỳ": Row("period_sending.sent_at"),
        "bán lại hàng đã báo hết khi từ chối đơn": Row("variant.sold_out_for"),
        "bỏ ảnh giấy tờ đã gửi": Row("private_picture.sent_at"),
        "ghi đã gọi báo khách là nhận đơn": Row("order.acceptance_known_at"),
    },
    "web/shop/browse/ranking.py": {
        "Giấy chứng nhận cán bộ đã xem, còn hạn, của đúng món đó": Row("certificate.checked_at"),
    },
    "web/shop/pay/views/card.py": {
        "nơi nhận thẻ trả lời là trang này tự báo": Row("payment_request.received"),
    },
    "web/stall/drafts/views.py": {
        "Đã gửi ảnh giấy tờ": Row("private_picture.sent_at"),
    },
    "web/stall/orders/views/declining.py": {
        "Khách mở trang đơn là thấy, gọi thì khách biết sớm hơn": Other("what the seller may do"),
    },
    "web/stall/orders/views/orders.py": {
        "bạn đã gọi báo khách": Row("order.acceptance_known_at"),
    },
    "web/stall/products/views/products.py": {
        "Đã báo hết": Row("variant.is_sold_out"),
    },
    "web/stall/settings/views/claims.py": {
        "Đã gửi tới xã": Row("business_member.claimed_at"),
    },
}
"""File -> clause -> what makes it true."""


def texts_of(path: Path) -> Iterator[str]:
    """The sentences of a file as they are written there; what explains the code is none."""
    source = path.read_text("utf-8")
    if path.suffix == ".py":
        yield from _strings(ast.parse(source))
    elif path.suffix == ".js":
        yield re.sub(r"(?m)(?<!:)//.*$", "", source)
    else:
        yield re.sub(r"(?s)\{#.*?#\}", "", source)


def _strings(tree: ast.Module) -> Iterator[str]:
    prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose:
            yield node.value


def telling(text: str) -> Iterator[str]:
    """The clauses of a text that tell of somebody told."""
    for clause in _CLAUSE.findall(text):
        if TELLING.search(clause):
            yield " ".join(clause.split())


def sentences() -> set[tuple[str, str]]:
    files = [*python_files(MARKET), *sorted(TEMPLATES.rglob("*.html")), *sorted(SCRIPTS.glob("*.js"))]
    return {
        (str(path.relative_to(MARKET)), clause) for path in files for text in texts_of(path) for clause in telling(text)
    }


def columns() -> set[str]:
    return {f"{table.name}.{column.name}" for table in Base.metadata.tables.values() for column in table.columns}


def test_every_sentence_that_tells_of_telling_has_the_row_that_makes_it_true() -> None:
    found, listed = sentences(), {(file, clause) for file, clauses in TOLD.items() for clause in clauses}
    assert sorted(found - listed) == [], "reword it to what is true, or name the row that says so"
    assert sorted(listed - found) == [], "sentences that nobody says any more"


def test_the_rows_named_are_there(bare_app: Flask) -> None:
    named = {one.column for clauses in TOLD.values() for one in clauses.values() if isinstance(one, Row)}
    assert sorted(named - columns()) == []


@pytest.mark.parametrize(
    "planted",
    [
        "Đã nhận đơn. Khách được báo ngay.",
        "Người bán vừa được báo",
        "Đã báo khách hàng sẵn sàng.",
        "Đã nhắn người bán kiểm tra.",
        "mọi người của gian hàng đều được báo",
        "người của gian hàng đã được báo",
        "Người bán sẽ kiểm tra và báo bạn.",
        "Người bán sẽ trả lời sớm.",
        "Người bán đang kiểm tra, CHƯA thấy tiền.",
        "Chợ sẽ gửi tin cho bạn",
        "Đã gửi cho bà Lan",
        "Khách sẽ được chợ thông báo",
        "Bà Lan đã xem lúc 9:20",
        "Khách biết ngay",
        "Đã thông báo tới cán bộ",
    ],
)
def test_a_planted_promise_is_seen(tmp_path: Path, planted: str) -> None:
    for name, text in (
        ("a.py", f'flash(f"{planted}")'),
        ("a.html", f"<p>{planted}</p>"),
        ("a.js", f'say("{planted}");'),
    ):
        path = tmp_path / name
        path.write_text(text, "utf-8")
        assert [one for text in texts_of(path) for one in telling(text)], name


@pytest.mark.parametrize(
    "plain",
    ["Khách mở trang đơn là thấy.", "Báo hết hàng", "Số liệu đã báo cáo", "Gọi người bán", "Gửi tin nhắn thường"],
)
def test_what_only_looks_like_a_promise_is_none(plain: str) -> None:
    assert list(telling(plain)) == []


def test_what_explains_the_code_is_no_sentence(tmp_path: Path) -> None:
    for name, text in (
        ("a.py", '"""Khách được báo ngay."""'),
        ("a.html", "{# Khách được báo ngay. #}"),
        ("a.js", "// Khách được báo ngay."),
    ):
        path = tmp_path / name
        path.write_text(text, "utf-8")
        assert [one for text in texts_of(path) for one in telling(text)] == [], name
