"""What a survey of products with potential notes of each: what it may become, and what it has already."""

import enum


class Potential(enum.StrEnum):
    """What a product may become, as somebody who surveyed it thinks."""

    OCOP = "ocop"
    INNOVATION = "doi_moi_sang_tao"
    BOTH = "ca_hai"
    UNSURE = "chua_ro"


POTENTIAL_WORDS = {
    Potential.OCOP: "Làm OCOP",
    Potential.INNOVATION: "Đổi mới sáng tạo",
    Potential.BOTH: "Cả OCOP và đổi mới sáng tạo",
    Potential.UNSURE: "Chưa rõ, cần xem thêm",
}
