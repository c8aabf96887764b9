"""The papers that the office looks at."""

PAPERS = {
    "Căn cước công dân": "Căn cước công dân",
    "Giấy đăng ký hộ kinh doanh": "Giấy đăng ký hộ kinh doanh (kèm căn cước người đứng tên)",
    "Giấy đăng ký hợp tác xã": "Giấy đăng ký hợp tác xã (kèm căn cước người đứng tên)",
    "Giấy đăng ký doanh nghiệp": "Giấy đăng ký doanh nghiệp (kèm căn cước người đứng tên)",
    "Xác nhận của trưởng thôn": "Xác nhận của trưởng thôn (kèm căn cước)",
}
