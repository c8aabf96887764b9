"""How long goods, their pictures and their stock are kept."""

from datetime import timedelta

from market.base.retention import Rule
from market.catalog.models import (
    Category,
    Photo,
    Product,
    ProposedPhoto,
    Reservation,
    SearchBigram,
    SearchDelete,
    SearchTerm,
    StockMove,
    StoredPicture,
    Variant,
)

LISTINGS = "Luật Thương mại điện tử 122/2025/QH15, Điều 16: thông tin hàng đã đăng giữ ít nhất 1 năm"
FORGOTTEN_KEPT = timedelta(days=365)

_WORDS = "Chữ để tìm, tính từ tên hàng đang có."

RULES = (
    Rule(model=Category, says="Giữ hẳn: danh mục chung."),
    Rule(model=Product, says="Giữ hẳn, kể cả hàng đã ẩn: đơn và tem trỏ tới.", source=LISTINGS),
    Rule(model=Variant, says="Giữ hẳn, kể cả loại đã bỏ: dòng của đơn trỏ tới.", source=LISTINGS),
    Rule(model=Photo, says="Giữ khi còn ở hàng; bỏ ảnh thì tệp và dòng bị xóa."),
    Rule(model=ProposedPhoto, says="Giữ khi chờ cán bộ; xong thì chuyển sang hàng hoặc bị xóa."),
    Rule(
        model=StoredPicture,
        says="Ảnh đã xóa tệp: dòng giữ thêm một năm, để không ai nhận lại tên ấy.",
        is_old=lambda now: StoredPicture.forgotten_at < now - FORGOTTEN_KEPT,
    ),
    Rule(model=StockMove, says="Giữ hẳn, chỉ ghi thêm: số còn là tổng của các dòng này."),
    Rule(model=Reservation, says="Giữ hẳn cùng đơn: đơn đã giữ gì, trả lại lúc nào."),
    Rule(model=SearchTerm, says=_WORDS),
    Rule(model=SearchBigram, says=_WORDS),
    Rule(model=SearchDelete, says=_WORDS),
)
