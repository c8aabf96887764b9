"""Calls of providers of bank notices that bring no money into the books: why, in words, and what their seller does."""

import enum


class Unread(enum.StrEnum):
    """Why a call whose signature held is kept and not in the books yet."""

    NOT_YET = "chua_doc"
    FORM = "kieu_la"
    FIELD = "cho_la"


class CallRefusal(enum.StrEnum):
    """Why a call to a seller's address is let in by nobody: the sender did not show to be the provider."""

    OTHER_WAY = "bao_mat_khac"
    WRONG_KEY = "sai_khoa"
    OLD = "gui_muon"


UNREAD_WORDS = {
    Unread.NOT_YET: "chợ chưa đọc xong. Chợ tự đọc lại sau một phút, bạn không phải làm gì.",
    Unread.FORM: "tin viết theo kiểu chợ chưa biết. Mời mở {label}, để kiểu nội dung tin như {label} chọn sẵn.",
    Unread.FIELD: "{odd} trong tin viết khác mọi khi. Bạn không phải sửa gì: chợ đọc được là tự ghi vào đơn.",
}
REFUSAL_WORDS = {
    CallRefusal.OTHER_WAY: (
        "{label} có gọi nhưng chợ không nhận, vì ở đó đang chọn kiểu bảo mật khác. Mời mở {label}, ở bước bảo mật chọn "
        "kiểu ghi “khuyên dùng”, chép khóa ở đó rồi dán vào ô bên dưới."
    ),
    CallRefusal.WRONG_KEY: (
        "{label} có gọi nhưng chợ không nhận, vì khóa ở đó khác khóa bạn đã dán. Mời chép lại cả khóa trong {label} "
        "rồi dán vào ô bên dưới."
    ),
    CallRefusal.OLD: (
        "{label} có gọi nhưng tin tới muộn quá 5 phút nên chợ không nhận. Mời mở {label} bấm gửi lại; "
        "vẫn vậy thì báo cho xã."
    ),
}


def unread_words(unread: Unread, label: str, odd: str) -> str:
    """The rest of the sentence “Có báo nhưng chưa đọc được, vì ...”: why, and what to do. `odd`: what of the call is
    odd, in words."""
    return UNREAD_WORDS[unread].format(label=label, odd=odd or "một chỗ")


def refusal_words(refusal: CallRefusal, label: str) -> str:
    return REFUSAL_WORDS[refusal].format(label=label)
