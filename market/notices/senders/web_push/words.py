"""What a pushed message says: never a name, goods or an amount, since it lies open on a locked screen."""

import json
import re
from urllib.parse import urlsplit

from market.base.secrets import fingerprint
from market.notices.ports import OutgoingNotice
from market.notices.rules import TEST, News, OrderNews, word_of

TITLE = "Chợ số"
SAYS = {
    OrderNews.NEW_ORDER: "Có đơn mới {code}. Chạm để trả lời.",
    OrderNews.ANSWER_SOON: "Đơn {code} chờ bạn trả lời, sắp hết giờ.",
    OrderNews.PAID_UNANSWERED: "Đơn {code} chờ bạn trả lời. Chạm để xem.",
    OrderNews.RECEIPT: "Đã đặt hàng. Chạm để xem biên nhận.",
    OrderNews.ACCEPTED: "Đơn {code} đã được nhận.",
    OrderNews.TAKEN_UP: "Đơn {code} được nhận lại.",
    OrderNews.DECLINED: "Đơn {code} không được nhận. Chạm để xem.",
    OrderNews.CANCELLED: "Đơn {code} đã hủy.",
    OrderNews.LESS_LEFT: "Đơn {code} không đủ hàng như bạn đặt. Chạm để trả lời.",
    OrderNews.WEIGHED: "Đơn {code} đã cân xong. Chạm để xem số tiền.",
    OrderNews.WEIGHED_OTHERWISE: "Đơn {code} cân lệch mức đã hẹn. Chạm để trả lời.",
    OrderNews.MESSAGE: "Có lời nhắn về đơn {code}. Chạm để xem.",
    OrderNews.PAY_FIRST: "Đơn {code} được xin chuyển khoản trước. Chạm để xem.",
    OrderNews.READY: "Đơn {code} đã sẵn sàng.",
    OrderNews.DELIVERED: "Đơn {code} đã giao.",
    OrderNews.EXPIRED: "Đơn {code} đã hết giờ.",
    OrderNews.MONEY_IN: "Có tin về tiền của đơn {code}.",
    OrderNews.OWED_BACK: "Có tin về tiền của đơn {code}.",
    OrderNews.REFUNDED: "Có tin về tiền của đơn {code}.",
    OrderNews.COMPLAINED: "Khách báo hàng đơn {code} không đúng.",
    OrderNews.COMPLAINT_ANSWERED: "Đơn {code}: người bán đã trả lời bạn.",
    OrderNews.COMPLAINT_DECIDED: "Đơn {code}: có kết luận về lời báo.",
    OrderNews.COMPLAINT_KEPT: "Đơn {code}: người bán báo đã làm xong.",
    OrderNews.CARD_REFUND: "Có tin về tiền của đơn {code}.",
    OrderNews.CARD_DISPUTE: "Có khiếu nại thẻ ở đơn {code}. Chạm để xem.",
    OrderNews.RECALLED: "Có tin cần xem về hàng của đơn {code}.",
    News.PAPER_ENDS: "Có giấy chứng nhận sắp hết hạn. Chạm để xem.",
    TEST: "Máy này nhận được tin báo của chợ.",
}
"""By kind; `{code}` is the order's."""
OF_ORDER, OF_ELSE = "Có tin mới về đơn {code}.", "Có tin mới cho bạn. Chạm để xem."
_CODE = re.compile(r"/([A-Z]{2}[0-9A-Z]{7})(?=/|$)")
TOPIC_LENGTH = 32


def said(kind: str, link: str) -> str:
    """The sentence. The order's code is read from the link; without one it is not spoken of."""
    found = _CODE.search(urlsplit(link).path)
    sentence = SAYS.get(word_of(kind), OF_ORDER if found else OF_ELSE)
    return sentence.replace(" {code}", f" {found[1]}" if found else "")


def topic_of(notice: OutgoingNotice) -> str:
    """The same for each try at one notice: its push service then keeps the last, its phone shows one."""
    return fingerprint(notice.key)[:TOPIC_LENGTH]


def payload_of(notice: OutgoingNotice) -> bytes:
    """What js/push-worker.js reads. The link is a path: a tap never leads to another market."""
    parts = urlsplit(notice.link)
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    told = {"title": TITLE, "says": said(notice.kind, notice.link), "kind": notice.kind, "link": path}
    return json.dumps(told | {"tag": topic_of(notice)}, ensure_ascii=False).encode()
