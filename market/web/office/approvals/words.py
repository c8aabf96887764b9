"""The papers that the office looks at."""

PAPERS = {
    "Căn cước công dân": "Căn cước công dân",
    "Giấy đăng ký hộ kinh doanh": "Giấy đăng ký hộ kinh doanh",
    "Giấy đăng ký hợp tác xã": "Giấy đăng ký hợp tác xã",
    "Giấy đăng ký doanh nghiệp": "Giấy đăng ký doanh nghiệp",
    "Xác nhận của trưởng thôn": "Xác nhận của trưởng thôn (kèm căn cước)",
}
PERSONAL_PAPERS = frozenset({"Căn cước công dân", "Xác nhận của trưởng thôn"})
