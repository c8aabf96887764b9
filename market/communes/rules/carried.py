"""What the archive of one commune carries, and what it does not and why.

A new table is carried by itself: the commune it belongs to is found by its own `commune_id`, else by what it points to.
Who adds one that must not leave names it in `LEFT_OUT`; a column that numbers rows without being a foreign key stands
in `NUMBERS`, and one whose name only looks like that in `PLAIN`.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

FORMAT = 1
KIND = "choso-xa"
NULL = r"\N"
"""How no value is written; a text that begins with a backslash is written with one more before it."""
NOT_CARRIED = "khong-mang-theo"
"""What stands for a secret that a column must hold."""

_OF_THE_MACHINE = "của riêng máy chủ, không thuộc xã nào"
_ACCESS = "cách vào tài khoản: người dùng lập lại ở nơi mới"
_PASSING = "chỉ dùng trong lúc làm; ở nơi mới bắt đầu lại"
LEFT_OUT: Mapping[str, str] = {
    **dict.fromkeys(
        (
            *("backup_record", "client_key", "health_record", "job", "task_lease", "try_window", "worker_heartbeat"),
            *("zalo_token", "webhook_delivery"),
        ),
        _OF_THE_MACHINE,
    ),
    "category": "danh mục chung của mọi chợ: cột trỏ tới nó ghi mã nhóm hàng",
    "city_post": "nhiệm vụ của thành phố, trên các xã",
    **dict.fromkeys(
        ("one_time_code", "password_reset", "recovery_code", "second_factor", "push_subscription"), _ACCESS
    ),
    **dict.fromkeys(("cart", "cart_line", "long_task", "notice", "notice_delivery", "notice_dispatch"), _PASSING),
    "bank_access": "khóa người bán cho chợ hỏi nơi báo có: người bán nhập lại ở nơi mới",
    "waiting_change": "thay đổi về đường tiền đang chờ: phải xin lại ở nơi mới, như luật của chợ",
    "private_picture": "ảnh giấy tờ tùy thân: không mang đi; người gửi gửi lại nếu xã chưa xem",
    "register_answer": "trả lời về tệp sổ hộ: chợ hỏi lại khi nhập tệp sau",
    **dict.fromkeys(
        ("evidence", "evidence_head"),
        "sổ bằng chứng: ở nơi mới ghi lại từ chính các dòng mang theo, dấu niêm phong khác",
    ),
    **dict.fromkeys(
        (
            *("report_period", "period_lock", "locked_number", "locked_business", "locked_target", "period_sending"),
            "official_report",
        ),
        "số đã chốt và báo cáo đã lập: gắn với dấu của sổ bằng chứng nơi cũ, giữ ở nơi cũ và trên giấy",
    ),
    "register_join": "dòng tệp đã gộp, giữ một năm để tách ra: không mang đi",
}
"""The tables that stay, with the reason that the archive gives."""

SECRETS: Mapping[tuple[str, str], str] = {
    ("person", "password_hash"): "mật khẩu: đặt lại ở nơi mới bằng phiếu của xã",
    ("login_session", "key_hash"): "khóa đăng nhập: mọi người đăng nhập lại",
}
"""Columns of carried tables that are left empty, or hold `NOT_CARRIED`."""

SEALED = "_cipher"
"""Ends the names of columns that are carried as they are sealed: without the data key nobody opens them."""

PLAIN = frozenset(
    {
        *(("business", "tax_id"), ("business_proposal", "tax_id"), ("channel_template", "shop_id")),
        *(("event", "request_id"), ("statement_layout", "fields")),
        *(("bank_credit", "provider_txn_id"), ("bank_debit", "provider_txn_id")),
        *(("card_payment", "session_id"), ("card_payment", "intent_id")),
        *(("card_dispute", "gateway_id"), ("card_refund", "gateway_id")),
    }
)
"""Columns that look as if they numbered rows, or could hold such numbers, and do not."""

Renumber = Callable[[str, int], int]
"""A table's name and the number that a row had there -> the number that it has here; 0 where it was not carried."""
Row = dict[str, object]


def _subject(row: Row, at: Renumber) -> object:
    return at(str(row["subject"]), int(str(row["subject_id"])))


def _desk(row: Row, at: Renumber) -> object:
    word, colon, number = str(row["desk"] or "").partition(":")
    return f"{word}:{at('stall', int(number))}" if colon else row["desk"]


def _fields(row: Row, at: Renumber) -> object:
    """Of labels that shall be otherwise each names its variant: `label:17`."""
    found = row["fields"]
    return {_label(name, at): text for name, text in found.items()} if isinstance(found, dict) else found


def _label(name: str, at: Renumber) -> str:
    word, colon, number = name.partition(":")
    return f"{word}:{at('variant', int(number))}" if colon and number.isdecimal() else name


_CAME_ALONG = {
    "claims": "business_member",
    "waited": "business_member",
    "papers": "certificate",
    "accounts": "platform_account",
    "accounts_ended": "platform_account",
}
"""The table of each kind of row that came along when two businesses were joined."""


def _along(row: Row, at: Renumber) -> object:
    found = row["along"]
    if not isinstance(found, dict):
        return found
    return {kind: [at(_CAME_ALONG[kind], one) for one in ids] for kind, ids in found.items() if kind in _CAME_ALONG}


def _said(column: str) -> Callable[[Row, Renumber], object]:
    """What a business's line said when it was joined: of its hamlet the number."""

    def said(row: Row, at: Renumber) -> object:
        found = row[column]
        if not isinstance(found, dict) or "hamlet_id" not in found:
            return found
        return found | {"hamlet_id": str(at("hamlet", int(str(found["hamlet_id"]))))}

    return said


NUMBERS: Mapping[tuple[str, str], Callable[[Row, Renumber], object]] = MappingProxyType(
    {
        ("event", "subject_id"): _subject,
        ("person", "desk"): _desk,
        ("change_request", "fields"): _fields,
        ("business_merge", "along"): _along,
        ("business_merge", "merged_said"): _said("merged_said"),
        ("business_merge", "into_said"): _said("into_said"),
    }
)
"""Columns that number rows without being foreign keys, and how each is numbered anew."""
FILES: Mapping[str, str] = {
    "photo": "key",
    "stored_picture": "key",
    "proposed_photo": "key",
    "complaint_photo": "key",
    "drafted_listing": "photo_key",
    "channel_template": "storage_key",
    "export_run": "storage_key",
}
"""The column of a table that names a stored file; the file goes along."""
