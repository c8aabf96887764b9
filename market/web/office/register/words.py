"""The register's words: certificates the office records."""

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
