"""The register's words: certificates the office records, what is said of a spreadsheet."""

CERTIFICATES = (
    "OCOP 3 sao",
    "OCOP 4 sao",
    "OCOP 5 sao",
    "VietGAP",
    "GlobalG.A.P.",
    "Hữu cơ TCVN 11041",
    "Nhãn hiệu tập thể",
    "Nhãn hiệu chứng nhận",
    "Chỉ dẫn địa lý",
    "An toàn thực phẩm",
    "Cam kết an toàn thực phẩm",
    "Tự công bố sản phẩm",
    "Mã số vùng trồng",
    "Mã số cơ sở đóng gói",
    "HACCP",
)

FIX_HEADERS = {"Content-Disposition": 'attachment; filename="dong-can-sua.xlsx"'}


def answered_words(changed: int) -> str:
    """What became of the answers about a spreadsheet."""
    if not changed:
        return "Chưa có câu trả lời nào đổi."
    return f"Đã nhớ {changed} câu trả lời cho xã. Sổ chưa ghi gì, mời xem lại bên dưới."
