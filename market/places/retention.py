"""How long what the commune is made of is kept."""

from market.base.retention import Rule
from market.places.models import (
    Commune,
    DatedFact,
    Hamlet,
    HamletNeighbour,
    HamletOpening,
    MarketMode,
    ModeRequest,
    OldPlace,
    PickupPoint,
    PointClosure,
    PointWindow,
)

RULES = (
    Rule(model=Commune, says="Giữ hẳn: mọi dữ liệu thuộc về một xã."),
    Rule(model=MarketMode, says="Giữ hẳn: chợ được làm gì từ lúc nào, ai đồng ý, để nói lại được ngày ấy."),
    Rule(model=ModeRequest, says="Giữ hẳn: ai đề nghị đổi chế độ chợ, ai đồng ý hay bỏ."),
    Rule(model=Hamlet, says="Giữ hẳn: sổ hộ và chỉ tiêu tính theo thôn."),
    Rule(model=HamletOpening, says="Giữ hẳn: chợ bật ở thôn nào từ ngày nào, theo giấy nào."),
    Rule(model=HamletNeighbour, says="Đến khi cán bộ xã bỏ, hoặc hai thôn gộp làm một."),
    Rule(model=OldPlace, says="Giữ hẳn: tên cũ của thôn và xã, để tìm ra nơi mới."),
    Rule(model=PickupPoint, says="Giữ hẳn: đơn đã giao trỏ tới điểm nhận. Điểm thôi dùng thì tắt."),
    Rule(model=PointWindow, says="Đến khi cán bộ xã đổi giờ mở của điểm nhận. Đơn giữ buổi đã hẹn."),
    Rule(model=PointClosure, says="Giữ hẳn: điểm nhận nghỉ ngày nào, vì sao, để nói lại được với khách."),
    Rule(model=DatedFact, says="Giữ hẳn: con số theo ngày hiệu lực, để số cũ tính lại được."),
)
