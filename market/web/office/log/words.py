"""The office's words: papers it looks at, certificates it records, and what each change in the log was."""

VERBS = {
    # people
    "sign_up": "lập tài khoản",
    "change_password": "đổi mật khẩu",
    "make_code_reset_password": "lập mã đặt lại mật khẩu",
    "make_code_grant_mandate": "lập mã ủy quyền",
    "add_post": "giao nhiệm vụ",
    "end_post": "thôi nhiệm vụ",
    # the register
    "add_business": "ghi cơ sở vào sổ",
    "edit_business": "sửa sổ",
    "claim_business": "nhận cơ sở",
    "propose_business": "đề nghị ghi vào sổ",
    "accept_proposal": "nhận đề nghị ghi sổ",
    "refuse_proposal": "từ chối đề nghị ghi sổ",
    "verify_business": "xác nhận cơ sở",
    "refuse_claim": "chưa xác nhận cơ sở",
    "revoke_verification": "thu hồi xác nhận cơ sở",
    "remove_member": "đưa người ra khỏi cơ sở",
    "record_certificate": "ghi giấy chứng nhận",
    "end_certificate": "thôi hiện giấy chứng nhận",
    "grant_mandate": "ghi ủy quyền",
    "revoke_mandate": "chấm dứt ủy quyền",
    # the stall
    "open_stall": "mở gian hàng",
    "change_stall": "đổi cách bán hàng",
    "close_stall": "đóng gian hàng",
    "reopen_stall": "mở lại gian hàng",
    "set_bank_account": "đặt tài khoản nhận tiền",
    "connect_bank": "nối báo có",
    "disconnect_bank": "ngừng báo có",
    "keep_card_keys": "cất khóa nhận thẻ",
    "take_cards": "nhận thanh toán thẻ",
    "take_no_cards": "thôi nhận thanh toán thẻ",
    # goods
    "list_product": "đăng bán",
    "change_listing": "sửa bài đăng",
    "set_price": "sửa giá",
    "add_variant": "thêm loại của món hàng",
    "change_variant": "sửa loại của món hàng",
    "remove_variant": "bỏ loại của món hàng",
    "count_stock": "đếm lại hàng",
    "report_sold_out": "báo hết hàng",
    "report_back": "báo có hàng lại",
    "hide_product": "ẩn hàng",
    "show_product": "hiện hàng",
    "add_photo": "thêm ảnh",
    "remove_photo": "bỏ ảnh",
    "drop_pictures": "xóa ảnh của hàng đã gỡ",
    "put_photo_first": "chọn ảnh bìa",
    "approve_product": "duyệt hàng",
    "refuse_product": "từ chối hàng",
    "take_down_product": "gỡ hàng khỏi chợ",
    # orders and money
    "place": "đặt hàng",
    "accept": "nhận đơn",
    "ready": "báo hàng sẵn sàng",
    "complete": "giao xong đơn",
    "decline": "từ chối đơn",
    "cancel": "hủy đơn",
    "expire": "kết thúc đơn quá hạn",
    "say_paid": "khách báo đã chuyển tiền",
    "keep_paid": "giữ đơn vì đã có tiền",
    "restart_clock": "đặt lại giờ giữ đơn",
    "hold_for_card": "mở trang trả thẻ, giữ đơn thêm",
    "wrong_code": "nhập sai mã nhận hàng",
    "answer_by_link": "trả lời đơn qua đường dẫn",
    "put_money": "ghi tiền vào đơn",
    "take_money_off": "gỡ tiền khỏi đơn",
    "refund_money": "ghi đã trả lại tiền khách",
    "set_aside": "để riêng khoản tiền",
    # lots and stamps
    "open_lot": "mở lô hàng",
    "edit_lot": "sửa lô hàng",
    "seal_lot": "chốt lô hàng",
    "recall_lot": "thu hồi lô hàng",
    "add_entry": "ghi nhật ký lô",
    "correct_entry": "ghi đính chính nhật ký",
    "withdraw_entry": "rút dòng nhật ký",
    "print_stamps": "in tem",
    "activate_stamps": "kích hoạt tem",
    "void_stamps": "hủy tem",
    # the KPI
    "review_evidence": "xem đơn làm bằng chứng chỉ tiêu",
    # other markets
    "keep_template": "giữ mẫu của sàn",
    "choose_category": "chọn ngành hàng của sàn",
    "set_weight": "ghi cân nặng gói hàng",
    "export_channel": "xuất hàng cho sàn",
}
"""Verb of an event -> what a person did, as the log says it after the person's name."""

NOBODY = dict.fromkeys(("expire", "keep_paid", "put_money"), "Chợ") | dict.fromkeys(
    ("accept", "decline", "ready", "complete", "answer_by_link"), "Gian hàng"
)
"""Who did what nobody signed in did, where that was no guest: a clock or a bank's notice, a stall that accepts by
itself or answers by its signed link."""
