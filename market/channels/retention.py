"""How long what goes out to marketplaces is kept."""

from market.base.retention import Rule
from market.channels.models import ChannelAnswer, ChannelCategory, ChannelTemplate, ChannelWords, ExportRun

RULES = (
    Rule(model=ChannelTemplate, says="Giữ hẳn: mẫu mới thay mẫu cũ, lượt xuất trỏ tới."),
    Rule(model=ChannelCategory, says="Giữ cùng hàng."),
    Rule(model=ChannelAnswer, says="Giữ cùng gian hàng: sàn hỏi một lần, lần sau không hỏi lại."),
    Rule(model=ChannelWords, says="Giữ cùng hàng: chữ riêng cho một sàn."),
    Rule(model=ExportRun, says="Giữ hẳn: hàng đã đăng ở sàn khác.", source="Luật 122/2025/QH15: 1 năm trở lên"),
)
